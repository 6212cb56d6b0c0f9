#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <descent/autodiff/transforms/grad.hpp>
#include <descent/optim/trace.hpp>
#include <descent/optim/transform.hpp>

// Any method on any cost, with one trace and one set of stopping rules; so brute force and slope can be compared.

namespace descent::inline v1::optim {

/// When a run ends: at the first of these rules that holds, in the order of Reason. Each is off unless set, but for the number of steps.
struct Stop {
  Index steps = 1000;                  ///< updates of a descent, tries of a search; at least 0
  std::optional<Index> evaluations{};  ///< of the cost; a gradient counts as one; at least 1
  std::optional<double> cost{};        ///< the cost is at most this
  double slope = 0;                    ///< the norm of the slope is below this
  double moved = 0;                    ///< the last step of a descent was shorter than this
  Index traced_coordinates = 100;      ///< problems with more keep costs and norms in the trace, not points
};

enum class Reason : std::uint8_t { cost, slope, moved, steps, evaluations, exhausted };

/// Where a run ended.
template <class P> struct Minimum {
  P point;  ///< the last of a descent, the best of a search; in f64
  double cost = 0;
  Reason reason = Reason::steps;
  Index steps = 0;
  Index evaluations = 0;
  Trace trace;
};

/// "reached: |slope| < 0.001", "stopped: 1000 steps", ...
std::string to_string(Reason reason, const Stop& stop);

/// A run in progress, as a method sees it: where to start, what things cost, and whether to go on.
class Session {
 public:
  using Cost = std::function<double(const Leaves&)>;
  using Slope = std::function<std::pair<double, Leaves>(const Leaves&)>;

  /// throws  ValueError: no coordinates, a rule out of range
  Session(Leaves start, Cost cost, Slope slope, Stop stop, std::source_location where);

  const Leaves& start() const { return start_; }
  Index coordinates() const { return coordinates_; }

  /// The cost at x. Counted.
  double cost(const Leaves& x);
  /// The cost and its gradient at x. Counted once.   throws ValueError: one of them is not finite
  std::pair<double, Leaves> cost_and_slope(const Leaves& x);

  /// One step of a descent: x, its cost and slope. True when the run is over; x is then the result.
  bool descended(const Leaves& x, double cost, const Leaves& slope);
  /// One try of a search. True when the run is over; the best x is then the result.
  bool tried(const Leaves& x, double cost);
  /// A search has nothing left to try.
  void exhausted() { reason_ = Reason::exhausted; }

  /// The result so far: the last point of a descent, the best of a search.   throws ValueError: none had a finite cost
  const Leaves& point() const;
  double point_cost() const { return point_cost_; }
  Reason reason() const { return reason_; }
  Index steps() const { return steps_; }
  Index evaluations() const { return evaluations_; }
  Trace take_trace() { return std::move(trace_); }

 private:
  bool over(double slope_norm, double moved);
  void note(const Leaves& x, double cost, const Leaves& slope, double slope_norm);

  Leaves start_;
  Cost cost_;
  Slope slope_;
  Stop stop_;
  std::source_location where_;
  Leaves point_;
  double point_cost_;
  Reason reason_ = Reason::steps;
  Index coordinates_ = 0;
  Index steps_ = 0;
  Index evaluations_ = 0;
  Trace trace_;
};

/// How to look for a minimum: a chain of steps on gradients, or a search. A method of your own is a function of a Session that goes on
/// until `descended` or `tried` says that the run is over.
class Method {
 public:
  Method(Transform descent);  // NOLINT: `minimize(cost, start, adam({.rate = 0.1}))` reads as intended
  template <class F>
    requires(std::invocable<const F&, Session&> && !std::same_as<F, Method>)
  Method(F run) : run_(std::move(run)) {}  // NOLINT
  void operator()(Session& session) const { run_(session); }

 private:
  std::function<void(Session&)> run_;
};

struct SearchBox {
  double low = -1;  ///< of every coordinate
  double high = 1;  ///< > low
  std::uint64_t seed = 1;
};
/// Points drawn evenly from the box, until a rule stops it.   throws ValueError: an empty box
Method random_search(SearchBox box = {});

struct GridBox {
  double low = -1;
  double high = 1;
  Index points = 10;  ///< along each axis, both ends included; at least 2
};
/// Every combination of `points` values of each coordinate, in order: points^d tries.   throws ValueError: an empty box, under 2 points
Method grid_search(GridBox box = {});

/// Looks for the argument at which `cost` is least, from `start`, in f64.
///
///   auto found = minimize([](const Tensor& p) { return 0.5 * square(p - 1.0); }, -2.0, sgd({.rate = 1.6}), {.slope = 1e-3});
///
/// start   a tree of tensors, a floating number or a vector of them (see value_and_grad); the result's point has its type
/// cost    a function of the point alone: buffers that it changes are forgotten after each call
/// throws  ValueError: the cost or its gradient is not finite on the way of a descent, with the step and what to try; a search finds no
///         finite cost; and as Session
template <class F, class P> Minimum<P> minimize(F cost, const P& start, const Method& method, Stop stop = {},
                                                std::source_location where = std::source_location::current()) {
  static_assert(!std::integral<P>, "minimize: the start is an integer; give a floating number, such as 2.0");
  using Lifted = typename Argument<P>::Lifted;
  const Lifted like = tree::cast_values(Lifted(Argument<P>::lift(start)), f64);
  const auto at = [&](const Leaves& x) { return tree::rebuild(like, x, tree::trainable); };
  const auto value = [&](const Leaves& x) {
    Lifted point = at(x);
    const auto result = cost(point);
    return descent::detail::cost_of(result).template item<double>();
  };
  const auto slope = [&, gradient = value_and_grad(std::cref(cost), tree::trainable, where)](const Leaves& x) {
    const auto result = gradient(at(x));
    return std::pair(std::get<0>(result).template item<double>(), tree::leaves(std::get<1>(result), tree::trainable));
  };
  Session session(tree::leaves(like, tree::trainable), value, slope, stop, where);
  method(session);
  return {Argument<P>::lower(at(session.point())),
          session.point_cost(),
          session.reason(),
          session.steps(),
          session.evaluations(),
          session.take_trace()};
}

}  // namespace descent::inline v1::optim
