#pragma once

#include <source_location>
#include <utility>
#include <vector>

#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/transforms/argument.hpp>
#include <descent/autodiff/transforms/grad.hpp>

namespace descent::inline v1 {
namespace detail {

/// The part of `jvp` that no type enters.
class Pushforward {
 public:
  explicit Pushforward(std::source_location where) : tape_(Purpose::forward), where_(where) {}

  /// Watches the argument's parameters with their tangents; an absent tangent is zero.
  /// throws  TreeError: other structure; ShapeError: other shape or dtype
  void watch(tree::MutableView argument, tree::View tangent);
  /// The results' tangents, and the results without this tape's marks.
  std::vector<Tensor> tangents(tree::MutableView result);

 private:
  Tape tape_;
  std::source_location where_;
};

}  // namespace detail

/// {f(x), its derivative along t}: one forward sweep, no tape kept. x is a tree of tensors and t a tree of the same type,
/// whose absent leaves are zero.
///
/// cost    about 2 to 3 times f, whatever the size of x
/// throws  TreeError, ShapeError: t does not match x
template <class F, class A> auto jvp(F&& f, const A& x, const A& t, std::source_location where = std::source_location::current()) {
  detail::Pushforward pushforward(where);
  A primal = x;
  pushforward.watch(primal, t);
  auto y = f(primal);
  const std::vector<Tensor> tangents = pushforward.tangents(y);
  auto y_tangent = tree::rebuild_only(y, tangents);
  return std::pair(std::move(y), std::move(y_tangent));
}

/// The Hessian of a cost times v, without the Hessian: the derivative along v of the gradient.
///
/// cost    about 2 to 3 gradients, whatever the size of x
template <class F, class A> A hvp(F&& f, const A& x, const A& v, std::source_location where = std::source_location::current()) {
  return jvp([&](const A& at) { return grad(f, tree::trainable, where)(at); }, x, v, where).second;
}

}  // namespace descent::inline v1
