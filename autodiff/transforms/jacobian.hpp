#pragma once

#include <functional>
#include <source_location>
#include <utility>

#include <descent/autodiff/transforms/grad.hpp>

namespace descent::inline v1 {
namespace detail {
Tensor jacobian_of(const std::function<Tensor(const Tensor&)>& f, const Tensor& x, std::source_location where);
}  // namespace detail

/// All first derivatives of f, a function of one tensor with one tensor as result.
///
/// shape   y = f(x)   ->   [y's axes..., x's axes...]
/// grad    of any order: hessian is the Jacobian of the gradient
/// cost    the smaller of y's and x's element count, times a gradient or a jvp; 256 of them at a time, as one batch
template <class F> Tensor jacobian(F f, const Tensor& x, std::source_location where = std::source_location::current()) {
  return detail::jacobian_of([&](const Tensor& at) -> Tensor { return f(at); }, x, where);
}

/// All second derivatives of a cost.   shape   [x's axes..., x's axes...]
template <class F> Tensor hessian(F cost, const Tensor& x, std::source_location where = std::source_location::current()) {
  return detail::jacobian_of([&](const Tensor& at) -> Tensor { return grad(std::cref(cost), tree::trainable, where)(at); }, x, where);
}

}  // namespace descent::inline v1
