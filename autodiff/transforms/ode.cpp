#include <descent/autodiff/transforms/ode.hpp>

#include <array>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/control.hpp>
#include <descent/autodiff/transforms/function_op.hpp>
#include <descent/autodiff/transforms/vjp.hpp>

namespace descent::inline v1::detail {
namespace {

/// dy/dt with the parameters in it, checked.
using Slope = std::function<Leaves(const Tensor& t, const Leaves& y)>;

Slope checked_slope(const char* who, const Field& f, const Leaves& p, std::source_location where) {
  return [=](const Tensor& t, const Leaves& y) {
    Leaves slope = f(t, y, p);
    if (slope.size() != y.size())
      throw TreeError(std::string(who) + ": the function returned " + std::to_string(slope.size()) + " tensors for a state of " +
                          std::to_string(y.size()) + "; it must return the state's structure",
                      where);
    for (std::size_t i = 0; i < y.size(); ++i)
      if (abstract_of(slope[i]) != abstract_of(y[i]))
        throw ShapeError(std::string(who) + ": the function returned " + to_string(abstract_of(slope[i])) + " for tensor " +
                             std::to_string(i) + " of the state, which is " + to_string(abstract_of(y[i])) + "; both must be the same",
                         where);
    return slope;
  };
}

/// The times in the state's dtype. throws DtypeError, ShapeError: the state is not floating, or a time is not one number
std::pair<Tensor, Tensor> times_like(const char* who, const Leaves& y, const Tensor& from, const Tensor& to, std::source_location where) {
  if (y.empty()) throw TreeError(std::string(who) + ": the state has no tensor; give it at least one", where);
  for (const Tensor& part : y)
    if (part.absent() || !is_floating(part.dtype()) || part.dtype() != y.front().dtype())
      throw DtypeError(std::string(who) + ": a tensor of the state is " + (part.absent() ? "absent" : to_string(abstract_of(part))) +
                           "; all must be present and of one floating dtype",
                       where);
  for (const Tensor* time : {&from, &to})
    if (time->absent() || time->rank() != 0)
      throw ShapeError(std::string(who) + ": a time is " + (time->absent() ? "absent" : to_string(abstract_of(*time))) +
                           "; it must be one number, as scalar(1.0, f64) is",
                       where);
  return {cast(from, y.front().dtype()), cast(to, y.front().dtype())};
}

/// y + h sum_i weights[i] k[i], without the terms whose weight is 0
Leaves advanced(const Leaves& y, const Tensor& h, std::span<const double> weights, std::span<const Leaves> k) {
  Leaves to;
  for (std::size_t leaf = 0; leaf < y.size(); ++leaf) {
    Tensor sum;
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (weights[i] != 0) sum = sum.absent() ? weights[i] * k[i][leaf] : sum + weights[i] * k[i][leaf];
    to.push_back(y[leaf] + h * sum);
  }
  return to;
}

// The tableau: where in the step each slope is taken, and from which slopes before it. The last row is the result of order 5.
constexpr std::size_t kStages = 7;
constexpr std::array<double, kStages> kAt = {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};
constexpr std::array<std::array<double, kStages - 1>, kStages> kFrom = {{
    {},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84},
}};
// The difference of the results of order 5 and 4.
constexpr std::array<double, kStages> kError = {71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200.0, 22.0 / 525, -1.0 / 40};

/// The root mean square of `parts`, each relative to what the limits allow at the larger of two states.
Tensor scaled_size(const Leaves& parts, const Leaves& a, const Leaves& b, const OdeLimits& limits) {
  Tensor squares;
  Index count = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Tensor one = sum(square(parts[i] / (limits.absolute + limits.relative * maximum(abs(a[i]), abs(b[i])))));
    squares = squares.absent() ? one : squares + one;
    count += parts[i].numel();
  }
  return sqrt(squares / static_cast<double>(std::max<Index>(1, count)));
}

struct Progress {
  Tensor t;
  Leaves y;
  Leaves slope;  // at t
  Tensor h;
  Tensor tried;
};

Tensor first_step(const Leaves& y, const Leaves& slope, const Tensor& way, const OdeLimits& limits) {
  const Tensor size = scaled_size(y, y, y, limits), speed = scaled_size(slope, y, y, limits);
  constexpr double kSmall = 1e-5;
  const Tensor h = where(logical_or(size < kSmall, speed < kSmall), kSmall, 0.01 * size / maximum(speed, kSmall));
  return minimum(h, abs(way)) * sign(way);
}

Progress one_step(const Slope& slope, const Progress& s, const Tensor& to, const OdeLimits& limits) {
  const Tensor rest = to - s.t;
  const Tensor last = abs(s.h) >= abs(rest);
  const Tensor h = where(last, rest, s.h);
  std::array<Leaves, kStages> k;
  k[0] = s.slope;
  Leaves y;
  for (std::size_t i = 1; i < kStages; ++i) {
    y = advanced(s.y, h, std::span(kFrom[i]).first(i), k);
    k[i] = slope(s.t + kAt[i] * h, y);
  }
  const Leaves none(y.size(), Tensor(zeros({}, y.front().dtype())));
  const Tensor error = scaled_size(advanced(none, h, kError, k), s.y, y, limits);
  const Tensor good = error <= 1.0;  // not where it is NaN
  constexpr double kSafety = 0.9, kLeast = 0.2, kMost = 10.0;
  const Tensor factor = where(error == error, clamp(kSafety * pow(maximum(error, 1e-10), -0.2), kLeast, kMost), kLeast);
  const auto kept = [&](const Leaves& a, const Leaves& b) { return chosen("dormand_prince", good, a, b, {}); };
  return {where(good, where(last, to, s.t + h), s.t), kept(y, s.y), kept(k[kStages - 1], s.slope), h * factor, s.tried + 1};
}

Leaves solved(const Slope& slope, const Leaves& y, const Tensor& from, const Tensor& to, const OdeLimits& limits,
              std::source_location where) {
  const Leaves at_start = slope(from, y);
  const Progress end = while_loop([&](const Progress& s) { return logical_and(s.t != to, s.tried < static_cast<double>(limits.steps)); },
                                  [&](const Progress& s) { return one_step(slope, s, to, limits); },
                                  Progress{from, y, at_start, first_step(y, at_start, to - from, limits), zeros({}, i64)});
  if (const Tensor lost = end.t != to; !lost.abstract() && lost.item<bool>())
    throw ValueError("dormand_prince: after " + std::to_string(limits.steps) + " steps t is " +
                         std::to_string(cast(end.t, f64).item<double>()) +
                         "; allow more steps or a larger error, or see whether the solution grows without bound",
                     where);
  return end.y;
}

Tensor dot_of(const Leaves& a, const Leaves& b) {
  Tensor total;
  for (std::size_t i = 0; i < a.size(); ++i) total = total.absent() ? sum(a[i] * b[i]) : total + sum(a[i] * b[i]);
  return total;
}

/// Those of `p` that can have a derivative.
std::vector<std::size_t> floating_places(const Leaves& p) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (is_floating(p[i].dtype())) places.push_back(i);
  return places;
}

/// The state, its cotangent and those of the floating parameters, as a state that is solved for backwards.
Field adjoint_of(const Field& f, std::size_t count) {
  return [f, count](const Tensor& t, const Leaves& state, const Leaves& p) {
    const auto middle = state.begin() + static_cast<std::ptrdiff_t>(count);
    const Leaves y(state.begin(), middle), ct(middle, middle + static_cast<std::ptrdiff_t>(count));
    const std::vector<std::size_t> places = floating_places(p);
    Leaves at = y;
    for (const std::size_t place : places) at.push_back(p[place]);
    auto [slopes, pullback] = vjp(
        [&](const Leaves& x) {
          Leaves parameters = p;
          for (std::size_t i = 0; i < places.size(); ++i) parameters[places[i]] = x[count + i];
          return f(t, Leaves(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(count)), parameters);
        },
        at);
    for (const Tensor& back : pullback(ct)) slopes.push_back(-back);
    return slopes;
  };
}

/// The cotangents of y, from, to and p, of those of the result.
Leaves pulled_through(const Field& f, const Leaves& y1, const Leaves& ct, const Leaves& y, const Tensor& from, const Tensor& to,
                      const Leaves& p, const OdeLimits& limits, std::source_location where) {
  const std::vector<std::size_t> places = floating_places(p);
  Leaves state = y1;
  state.insert(state.end(), ct.begin(), ct.end());
  for (const std::size_t place : places) state.push_back(zeros_like(p[place]));
  const Leaves back = dormand_prince_flow(adjoint_of(f, y.size()), state, to, from, p, limits, where);
  const auto first = back.begin() + static_cast<std::ptrdiff_t>(y.size()), last = first + static_cast<std::ptrdiff_t>(y.size());
  Leaves slopes(first, last);
  const Tensor by_from = -dot_of(slopes, f(from, y, p)), by_to = dot_of(ct, f(to, y1, p));
  slopes.push_back(by_from);
  slopes.push_back(by_to);
  Leaves by_p(p.size());
  for (std::size_t i = 0; i < places.size(); ++i) by_p[places[i]] = last[static_cast<std::ptrdiff_t>(i)];
  slopes.insert(slopes.end(), by_p.begin(), by_p.end());
  return slopes;
}

}  // namespace

Leaves rk4_flow(const Field& f, const Leaves& y0, const Tensor& from, const Tensor& to, const Leaves& p, Rk4Steps steps,
                std::source_location where) {
  if (steps.steps < 1) throw ValueError("rk4: " + std::to_string(steps.steps) + " steps were asked for; it takes at least one", where);
  const auto [t0, t1] = times_like("rk4", y0, from, to, where);
  const Slope slope = checked_slope("rk4", f, p, where);
  const Tensor h = (t1 - t0) / static_cast<double>(steps.steps);
  const auto step = [&, start = t0](const Leaves& y, const Tensor& i) {
    const Tensor t = start + i * h;
    std::array<Leaves, 4> k;
    k[0] = slope(t, y);
    k[1] = slope(t + 0.5 * h, advanced(y, h, std::array{0.5}, k));
    k[2] = slope(t + 0.5 * h, advanced(y, h, std::array{0.0, 0.5}, k));
    k[3] = slope(t + h, advanced(y, h, std::array{0.0, 0.0, 1.0}, k));
    return std::pair(advanced(y, h, std::array{1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6}, k), Leaves());
  };
  const Tensor numbers = arange(steps.steps, t0.dtype());
  return scan(step, y0, numbers, {.checkpoint_every = steps.checkpoint_every}, where).first;
}

Leaves dormand_prince_flow(const Field& f, const Leaves& y0, const Tensor& from, const Tensor& to, const Leaves& p, OdeLimits limits,
                           std::source_location where) {
  const auto [t0, t1] = times_like("dormand_prince", y0, from, to, where);
  const std::size_t count = y0.size();
  // The inputs of the recorded call: the state, the two times, the parameters.
  const auto state_of = [count](std::span<const Tensor> in) { return Leaves(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(count)); };
  const auto parameters_of = [count](std::span<const Tensor> in) {
    return Leaves(in.begin() + static_cast<std::ptrdiff_t>(count) + 2, in.end());
  };
  FunctionRule rule;
  rule.captured =
      "dormand_prince: the function uses a watched tensor that is not among its parameters, so the adjoint cannot know of it; pass it in";
  rule.run = [=](std::span<const Tensor> in) {
    return solved(checked_slope("dormand_prince", f, parameters_of(in), where), state_of(in), in[count], in[count + 1], limits, where);
  };
  rule.backward = [=](std::span<const Tensor> in, std::span<const Tensor> out, std::span<const Tensor> ct) {
    return pulled_through(f, Leaves(out.begin(), out.end()), Leaves(ct.begin(), ct.end()), state_of(in), in[count], in[count + 1],
                          parameters_of(in), limits, where);
  };
  Leaves in = y0;
  in.push_back(t0);
  in.push_back(t1);
  in.insert(in.end(), p.begin(), p.end());
  for (std::size_t i = 0; i < in.size(); ++i) rule.names.push_back(std::to_string(i));
  return call_function(custom_vjp_op, std::move(rule), std::move(in), where);
}

}  // namespace descent::inline v1::detail
