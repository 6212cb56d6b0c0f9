#pragma once

#include <concepts>
#include <type_traits>
#include <vector>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/tree/tree.hpp>

// What a user may differentiate by: a tree of tensors, or plain numbers, which become f64 tensors for the function and
// come back as what they were.

namespace descent::inline v1 {

/// How an argument of type A is shown to a differentiated function (`lift`) and how its gradient is returned (`lower`).
template <class A> struct Argument {
  static_assert(tree::TreeLike<A>, "grad: the argument is neither a tree of tensors nor a number or a vector of numbers");
  using Lifted = A;
  static const A& lift(const A& value) { return value; }
  static A lower(A gradient) { return gradient; }
};
template <std::floating_point N> struct Argument<N> {
  using Lifted = Tensor;  ///< 0-d
  static Tensor lift(N value) { return scalar(static_cast<double>(value), f64); }
  static N lower(const Tensor& gradient) { return static_cast<N>(gradient.item<double>()); }
};
template <std::floating_point N> struct Argument<std::vector<N>> {
  using Lifted = Tensor;  ///< 1-d
  static Tensor lift(const std::vector<N>& values) { return from_span<N>(values, Shape{static_cast<Index>(values.size())}, f64); }
  static std::vector<N> lower(const Tensor& gradient) { return gradient.to_vector<N>(); }
};

}  // namespace descent::inline v1
