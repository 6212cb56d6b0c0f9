#pragma once

#include <functional>
#include <source_location>
#include <string>

#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/transforms/grad.hpp>

namespace descent::inline v1 {

/// What a cost and its gradient take at one point. Seconds are medians.
struct CostReport {
  double cost_seconds = 0;
  double gradient_seconds = 0;  ///< of value and gradient together
  double ratio = 0;             ///< gradient_seconds / cost_seconds; theory says at most about 4
  TapeStats tape;
};
/// A table: seconds, ratio, entries and bytes, and the ops that keep most.
std::string to_string(const CostReport& report);

namespace detail {
/// The median time of one call of f over `runs` timings, each of enough calls to last.
double median_seconds(const std::function<void()>& f, int runs);
}  // namespace detail

/// Runs the cost and its gradient several times at a point and looks at the tape.   runs  of each, >= 1
template <class F, class P> CostReport cost_report(F cost, const P& point, int runs = 7) {
  using Lifted = typename Argument<P>::Lifted;
  Lifted at = Argument<P>::lift(point);
  CostReport report;
  {
    Tape tape;
    Lifted watched = tree::map(
        at, [&](const Tensor& leaf) { return tape.watch(leaf); }, tree::trainable);
    cost(watched);
    report.tape = tape.stats();
  }
  const auto gradient = value_and_grad(std::cref(cost));
  report.cost_seconds = detail::median_seconds([&] { cost(at); }, runs);
  report.gradient_seconds = detail::median_seconds([&] { gradient(at); }, runs);
  report.ratio = report.gradient_seconds / report.cost_seconds;
  return report;
}

}  // namespace descent::inline v1
