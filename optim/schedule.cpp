#include <descent/optim/schedule.hpp>

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/function_op.hpp>

namespace descent::inline v1::optim {
namespace {

void require_rate(const char* who, double rate) {
  if (!(rate >= 0) || !std::isfinite(rate))
    throw ValueError(fmt::format("{}: the rate is {}; it must be finite and at least 0", who, rate));
}
void require_steps(const char* who, Index steps) {
  if (steps < 1) throw ValueError(fmt::format("{}: {} steps; there must be at least 1", who, steps));
}
void require_factor(const char* who, double factor) {
  if (!(factor > 0) || !std::isfinite(factor))
    throw ValueError(fmt::format("{}: the factor is {}; it must be finite and above 0", who, factor));
}

}  // namespace

Schedule::OnTensor Schedule::on_numbers(std::function<double(double)> f) {
  return [f = std::move(f)](const Tensor& step) {
    if (!step.abstract()) return scalar(f(step.item<double>()), f64);
    v1::detail::FunctionRule rule;  // a trace calls f whenever it is run, with the step of then
    rule.names = {"step"};
    rule.run = [f](std::span<const Tensor> in) { return std::vector{scalar(f(in[0].item<double>()), f64)}; };
    rule.backward = [](auto, auto, auto) { return std::vector<Tensor>(1); };
    return v1::detail::call_function(v1::detail::custom_vjp_op, std::move(rule), {step}, std::source_location::current(),
                                 {abstract_tensor(Shape{}, f64)})[0];
  };
}

Tensor Schedule::operator()(const Tensor& step) const {
  if (constant_) return scalar(*constant_, f64);
  Tensor value = f_(cast(step, f64));
  if (value.rank() != 0)
    throw ShapeError("schedule: the function returned shape " + to_string(value.shape()) + "; it must be 0-d, the value at one step");
  return cast(std::move(value), f64);
}

double Schedule::at(Index step) const { return constant_ ? *constant_ : (*this)(Number::of(step).as(i64)).item<double>(); }

Schedule constant(double rate) {
  require_rate("constant", rate);
  return rate;
}

// They are written with ops, so that a step that is traced has its rate in the program.

Schedule step_decay(double rate, Index every, double factor) {
  require_rate("step_decay", rate);
  require_steps("step_decay", every);
  require_factor("step_decay", factor);
  return [=](const Tensor& t) { return rate * pow(factor, floor(t / every)); };
}

Schedule exponential(double rate, double factor) {
  require_rate("exponential", rate);
  require_factor("exponential", factor);
  return [=](const Tensor& t) { return rate * pow(factor, t); };
}

Schedule cosine(double rate, Index steps, double end) {
  require_rate("cosine", rate);
  require_rate("cosine", end);
  require_steps("cosine", steps);
  return [=](const Tensor& t) { return end + 0.5 * (rate - end) * (1.0 + cos(std::numbers::pi * minimum(t / steps, 1.0))); };
}

Schedule linear_warmup(double rate, Index steps) {
  require_rate("linear_warmup", rate);
  require_steps("linear_warmup", steps);
  return [=](const Tensor& t) { return rate * minimum(t / steps, 1.0); };
}

Schedule warmup(Index steps, Schedule then) {
  require_steps("warmup", steps);
  return [steps, then = std::move(then)](const Tensor& t) {
    return where(t < steps, then(zeros_like(t)) * t / steps, then(maximum(t - steps, 0.0)));
  };
}

}  // namespace descent::inline v1::optim
