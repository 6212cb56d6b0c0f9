#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::optim {

/// A number that may change from step to step, such as a learning rate. Made from a number, or from a function of the step t (0 for the
/// first update): on a tensor, which is 0-d f64, or on a plain number.
///
///   sgd({.rate = [](double t) { return 0.1 / (1 + t); }})
class Schedule {
 public:
  using OnTensor = std::function<Tensor(const Tensor& step)>;

  template <class N>
    requires std::is_arithmetic_v<N>
  Schedule(N constant) : constant_(static_cast<double>(constant)) {}  // NOLINT: `.rate = 0.1` reads as intended
  template <class F>
    requires std::convertible_to<std::invoke_result_t<F, const Tensor&>, Tensor>
  Schedule(F f) : f_(std::move(f)) {}  // NOLINT
  template <class F>
    requires(std::convertible_to<std::invoke_result_t<F, double>, double> && !std::invocable<F, const Tensor&>)
  Schedule(F f) : f_(on_numbers(std::move(f))) {}  // NOLINT

  const std::optional<double>& constant() const { return constant_; }
  /// The value at a step given as a 0-d tensor: a 0-d f64 tensor.   throws ShapeError: the function returned another shape
  Tensor operator()(const Tensor& step) const;
  /// The value at a step, as a number.
  double at(Index step) const;

 private:
  static OnTensor on_numbers(std::function<double(double)> f);

  std::optional<double> constant_;
  OnTensor f_;
};

// Schedules as functions of the step t = 0, 1, ... They throw ValueError for a rate that is negative or not finite, and for
// a count of steps below 1.

/// rate
Schedule constant(double rate);
/// rate * factor^floor(t / every)
Schedule step_decay(double rate, Index every, double factor = 0.1);
/// rate * factor^t
Schedule exponential(double rate, double factor);
/// From rate at t = 0 to `end` at t = steps along half a cosine, then `end`.   source Loshchilov and Hutter 2017, "SGDR", eq. 5
Schedule cosine(double rate, Index steps, double end = 0);
/// From 0 at t = 0 in a straight line to rate at t = steps, then rate.
Schedule linear_warmup(double rate, Index steps);
/// A straight line to the first value of `then` over the warm-up steps, then `then`, counted from its own 0.
Schedule warmup(Index steps, Schedule then);

}  // namespace descent::inline v1::optim
