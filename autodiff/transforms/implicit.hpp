#pragma once

#include <functional>
#include <source_location>
#include <tuple>
#include <type_traits>
#include <utility>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/vjp.hpp>

// Functions that are given by what their result fulfils. Their derivatives come from that alone, by the implicit function theorem:
// no solver is differentiated, whatever it does and however long it runs.

namespace descent::inline v1 {

/// When a solver stops.
struct SolveLimits {
  double tolerance = 1e-10;  ///< of a step, relative to 1 + max |x|
  Index steps = 100;         ///< throws ValueError after so many
};

namespace detail {

using Map = std::function<Tensor(const Tensor&)>;

/// Newton's method with dense Jacobians. throws ValueError: `limits.steps` were not enough
Tensor newton(const Map& residual, const Tensor& start, const SolveLimits& limits);
/// x = g(x), again and again. throws ValueError: `limits.steps` were not enough
Tensor iterated(const Map& g, const Tensor& start, const SolveLimits& limits);
/// Newton's method on the gradient, its steps by conjugate gradients. throws ValueError: `limits.steps` were not enough
Tensor newton_cg(const Map& gradient, const Tensor& start, const SolveLimits& limits);

/// y with J^T y = ct, J the Jacobian of `residual` at x, dense.
Tensor transposed_solution(const Map& residual, const Tensor& x, const Tensor& ct);
/// The same where `slope` is the gradient of a cost, so J is symmetric, and positive; by conjugate gradients on its products.
/// source Hestenes and Stiefel 1952
Tensor symmetric_solution(const Map& slope, const Tensor& x, const Tensor& ct);

/// What `solve` finds, with the derivative that `residual(x, parameters...) = 0` gives it. `invert(residual, x, ct)` solves with the
/// transposed Jacobian in x.
template <class Solve, class Residual, class Invert>
auto implicitly(Solve solve, Residual residual, Invert invert, std::source_location where) {
  return [=]<class... P>(const Tensor& start, const P&... parameters) {
    const auto rule = [=](const Tensor& x, const Tensor& ct, const Tensor&, const P&... at) {
      const Tensor weights = invert([&](const Tensor& z) { return residual(z, at...); }, x, ct);
      const auto pullback = vjp([&](const P&... p) { return residual(x, p...); }, at...).second;
      auto slopes = pullback(-weights);
      if constexpr (sizeof...(P) == 1) return std::make_tuple(Tensor(), std::move(slopes));
      else return std::tuple_cat(std::tuple<Tensor>(), std::move(slopes));
    };
    return custom_vjp([=](const Tensor& from, const P&... p) { return solve(from, p...); }, rule, Checked::never, where)(start,
                                                                                                                      parameters...);
  };
}

}  // namespace detail

/// x with residual(x, parameters...) = 0, near a start:
///
///   auto wanted = root([](const Tensor& x, const Tensor& a) { return x * x - a; });
///   Tensor slope = grad([&](const Tensor& a) { return wanted(ones_like(a), a); })(scalar(9.0, f64));    // 1 / 6
///
/// solver  Newton's method, or yours: (start, parameters...) -> x
/// grad    in the parameters, of any order, and in vmap; none in the start. Costs one dense Jacobian and one solve
/// throws  ValueError: it does not converge; ValueError of `solve`: the Jacobian is singular
template <class F> auto root(F residual, SolveLimits limits = {}, std::source_location where = std::source_location::current()) {
  const auto solve = [=](const Tensor& start, const auto&... p) {
    return detail::newton([&](const Tensor& x) { return residual(x, p...); }, start, limits);
  };
  return detail::implicitly(solve, residual, detail::transposed_solution, where);
}
template <class F, class Solver>
  requires(!std::convertible_to<Solver, SolveLimits>)
auto root(F residual, Solver solver, std::source_location where = std::source_location::current()) {
  return detail::implicitly(std::move(solver), std::move(residual), detail::transposed_solution, where);
}

/// x with x = g(x, parameters...), by iterating g from a start.   grad, throws  as root
template <class G> auto fixed_point(G g, SolveLimits limits = {}, std::source_location where = std::source_location::current()) {
  const auto solve = [=](const Tensor& start, const auto&... p) {
    return detail::iterated([&](const Tensor& x) { return g(x, p...); }, start, limits);
  };
  const auto residual = [=](const Tensor& x, const auto&... p) { return x - g(x, p...); };
  return detail::implicitly(solve, residual, detail::transposed_solution, where);
}

/// The x that makes cost(x, parameters...) least, so that what was chosen by an optimisation has a gradient (hypergradients): the
/// regulariser of a fit, the weights of its data.
///
/// solver  Newton's method with conjugate gradients, or yours: (start, parameters...) -> x, as exact as the gradient is to be
/// grad    as root; the Hessian is never formed, its products with vectors are enough   requires: it is positive at the minimum
/// throws  ValueError: it does not converge
template <class F> auto argmin(F cost, SolveLimits limits = {}, std::source_location where = std::source_location::current()) {
  const auto gradient = [=](const Tensor& x, const auto&... p) { return grad([&](const Tensor& z) { return cost(z, p...); })(x); };
  const auto solve = [=](const Tensor& start, const auto&... p) {
    return detail::newton_cg([&](const Tensor& x) { return gradient(x, p...); }, start, limits);
  };
  return argmin(cost, solve, where);
}
template <class F, class Solver>
  requires(!std::convertible_to<Solver, SolveLimits>)
auto argmin(F cost, Solver solver, std::source_location where = std::source_location::current()) {
  const auto gradient = [=](const Tensor& x, const auto&... p) { return grad([&](const Tensor& z) { return cost(z, p...); })(x); };
  return detail::implicitly(std::move(solver), gradient, detail::symmetric_solution, where);
}

}  // namespace descent::inline v1
