#pragma once

#include <functional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <descent/autodiff/tensor/tensor.hpp>
#include <descent/autodiff/tree/tree.hpp>

// What flows back through a value, changed or looked at on its way. The value itself is as it was, to the bit.

namespace descent::inline v1 {
namespace detail {

using Hook = std::function<Tensor(const Tensor& slope)>;
Tensor with_scaled_gradient(const Tensor& x, double factor, std::source_location where);
Tensor with_hook(const Tensor& x, Hook hook, std::source_location where);

/// The tree with `change` of each of its parameters.
template <class T, class F> T with_each(const T& x, F change) {
  std::vector<Tensor> leaves = tree::leaves(x, tree::trainable);
  for (Tensor& leaf : leaves) leaf = change(leaf);
  return tree::rebuild(x, leaves, tree::trainable);
}

}  // namespace detail

/// x, a tensor or a tree, whose derivatives are multiplied by `factor`, in reverse and forward: a layer that learns more slowly.
template <class T> T scale_gradient(const T& x, double factor, std::source_location where = std::source_location::current()) {
  return detail::with_each(x, [&](const Tensor& leaf) { return detail::with_scaled_gradient(leaf, factor, where); });
}

/// x, whose derivatives change their sign, times `strength`: what lies below is trained to do badly what lies above is trained to do well.
/// source  Ganin and Lempitsky 2015
template <class T> T reverse_gradient(const T& x, double strength = 1, std::source_location where = std::source_location::current()) {
  return scale_gradient(x, -strength, where);
}

/// `value`, with the derivatives of `smooth`: straight through what has none, such as a rounding.
///
///   Tensor level = straight_through(round(x), x);
///
/// throws  ShapeError: the two differ in shape or dtype
/// source  Bengio, Leonard and Courville 2013
Tensor straight_through(const Tensor& value, const Tensor& smooth, std::source_location where = std::source_location::current());

/// x, a tensor or a tree; when a gradient comes back through it, `hook` is called with each tensor's and returns what goes on instead,
/// or returns nothing and only looks:
///
///   Tensor slope_of_h;
///   h = on_gradient(h, [&](const Tensor& slope) { slope_of_h = slope; });
///
/// called  once in each reverse sweep that reaches x, and whenever a forward derivative is taken; inside `checkpoint` when it sweeps
/// throws  ShapeError: the hook returned another shape or dtype; what the hook throws, and the tape stays usable
template <class T, class F> T on_gradient(const T& x, F hook, std::source_location where = std::source_location::current()) {
  detail::Hook changed;
  if constexpr (std::is_void_v<std::invoke_result_t<F&, const Tensor&>>) {
    changed = [hook = std::move(hook)](const Tensor& slope) mutable {
      hook(slope);
      return slope;
    };
  } else {
    changed = std::move(hook);
  }
  return detail::with_each(x, [&](const Tensor& leaf) { return detail::with_hook(leaf, changed, where); });
}

}  // namespace descent::inline v1
