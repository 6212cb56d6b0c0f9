#pragma once

#include <functional>
#include <source_location>
#include <tuple>
#include <utility>
#include <vector>

#include <descent/autodiff/tree/tree.hpp>

// Ordinary differential equations dy/dt = f(t, y, parameters...), solved from one time to another; derivatives in everything.

namespace descent::inline v1 {

struct Rk4Steps {
  Index steps = 100;           ///< all of one length
  Index checkpoint_every = 0;  ///< so many steps are one checkpoint; 0: a tape keeps all
};

/// How exact an adaptive solver is.
struct OdeLimits {
  double relative = 1e-8;  ///< the error of a step, root mean square over the state: so much of |y| ...
  double absolute = 1e-8;  ///< ... and so much besides
  Index steps = 10'000;    ///< tried; throws ValueError when they were not enough
};

namespace detail {

using Leaves = std::vector<Tensor>;
/// (t, the state's leaves, the parameters' leaves) -> the state's slopes
using Field = std::function<Leaves(const Tensor& t, const Leaves& y, const Leaves& p)>;

Leaves rk4_flow(const Field& f, const Leaves& y, const Tensor& from, const Tensor& to, const Leaves& p, Rk4Steps steps,
                std::source_location where);
Leaves dormand_prince_flow(const Field& f, const Leaves& y, const Tensor& from, const Tensor& to, const Leaves& p, OdeLimits limits,
                           std::source_location where);

/// A solver on leaves as one on trees.
template <class Flow, class F, class Options> auto flow_of(Flow flow, F f, Options options, std::source_location where) {
  return [=]<class Y, class... P>(const Y& y, const Tensor& from, const Tensor& to, const P&... parameters) {
    const std::tuple<P...> like(parameters...);
    const Field field = [=](const Tensor& t, const Leaves& state, const Leaves& p) {
      const Y at = tree::rebuild(y, state);
      const Y slope = std::apply([&](const P&... q) { return f(t, at, q...); }, tree::rebuild(like, p));
      return tree::leaves(slope);
    };
    return tree::rebuild(y, flow(field, tree::leaves(y), from, to, tree::leaves(like), options, where));
  };
}

}  // namespace detail

/// (y, from, to, parameters...) -> y at `to`, by the classical Runge-Kutta method of order 4:
///
///   auto flow = rk4([](const Tensor& t, const Tensor& y, const Tensor& rate) { return -rate * y; }, {.steps = 50});
///   auto slope = grad<3>(flow)(y, scalar(0.0, f64), scalar(1.0, f64), rate);
///
/// f        (t, y, parameters...) -> dy/dt, of y's structure; y and the parameters are trees of tensors
/// grad     both ways and of any order, of what was computed: exact for the steps made, by keeping them (`checkpoint_every`)
/// throws   ShapeError, TreeError: f returned other shapes than y's; ValueError: no step
template <class F> auto rk4(F f, Rk4Steps steps = {}, std::source_location where = std::source_location::current()) {
  return detail::flow_of(detail::rk4_flow, std::move(f), steps, where);
}

/// The same by the method of Dormand and Prince, of order 5, which chooses its steps; in vmap each example its own.
///
/// grad     by the adjoint equation, solved back from the result in constant memory; its error is that of the limits, not of rounding.
///          Of any order, each by the adjoint of the one before. The state is solved for backwards too: where the equation is stiff, so
///          that this loses it, take rk4
/// throws   as rk4, and ValueError: `limits.steps` were not enough; TapeError: f uses a watched tensor that is not a parameter; pass it in
/// source   Dormand and Prince 1980; steps and their start as Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, II.4
template <class F> auto dormand_prince(F f, OdeLimits limits = {}, std::source_location where = std::source_location::current()) {
  return detail::flow_of(detail::dormand_prince_flow, std::move(f), limits, where);
}

}  // namespace descent::inline v1
