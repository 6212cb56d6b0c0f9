#include <descent/autodiff/transforms/implicit.hpp>

#include <cstdint>
#include <limits>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/control.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>

namespace descent::inline v1::detail {
namespace {

/// x = next(x) until the steps are small. A while_loop, so each example of a vmap stops when it is there.
template <class F> Tensor until_still(const char* who, const Tensor& start, const SolveLimits& limits, F next) {
  using State = std::tuple<Tensor, Tensor, Tensor>;  // x, the largest element of the last step, steps made
  const auto large = [&](const Tensor& x, const Tensor& step) { return step > limits.tolerance * (1.0 + max(abs(x))); };
  const State last = while_loop(
      [&](const State& s) {
        const auto& [at, size, count] = s;
        return logical_and(large(at, size), count < static_cast<double>(limits.steps));
      },
      [&](const State& s) {
        const auto& [at, size, count] = s;
        const Tensor to = next(at);
        return State(to, max(abs(to - at)), count + 1);
      },
      State(start, full({}, std::numeric_limits<double>::infinity(), start.dtype()), zeros({}, i64)));
  const auto& [x, step, made] = last;
  const Tensor lost = logical_or(large(x, step), step != step);
  if (!lost.abstract() && lost.item<bool>())
    throw ValueError(std::string(who) + ": after " + std::to_string(made.item<std::int64_t>()) + " steps the last is still " +
                     std::to_string(step.item<double>()) + "; start nearer, allow more steps, or give a solver of your own");
  return x;
}

Tensor as_matrix(const Tensor& jacobian, Index n) { return reshape(jacobian, {n, n}); }

}  // namespace

Tensor newton(const Map& residual, const Tensor& start, const SolveLimits& limits) {
  return until_still("root", start, limits, [&](const Tensor& x) {
    const Tensor step = solve(as_matrix(jacobian(residual, x), x.numel()), reshape(residual(x), {x.numel(), 1}));
    return x - reshape(step, x.shape());
  });
}

Tensor iterated(const Map& g, const Tensor& start, const SolveLimits& limits) { return until_still("fixed_point", start, limits, g); }

Tensor newton_cg(const Map& gradient, const Tensor& start, const SolveLimits& limits) {
  return until_still("argmin", start, limits, [&](const Tensor& x) { return x - symmetric_solution(gradient, x, gradient(x)); });
}

Tensor transposed_solution(const Map& residual, const Tensor& x, const Tensor& ct) {
  const Tensor y = solve(as_matrix(jacobian(residual, x), x.numel()), reshape(ct, {x.numel(), 1}), {.transpose = true});
  return reshape(y, x.shape());
}

Tensor symmetric_solution(const Map& slope, const Tensor& x, const Tensor& b) {
  using State = std::tuple<Tensor, Tensor, Tensor, Tensor, Tensor>;  // y, residual, direction, squared residual, steps made
  const double relative = b.dtype() == f64 ? 1e-28 : 1e-13;          // of the squared residual
  const Tensor enough = relative * sum(b * b);
  const Tensor none = zeros_like(b);
  const State last = while_loop(
      [&](const State& s) { return logical_and(std::get<3>(s) > enough, std::get<4>(s) < 4 * b.numel() + 20); },
      [&](const State& s) {
        const auto& [y, r, d, square, count] = s;
        const Tensor along = jvp(slope, x, d).second;
        const Tensor length = square / sum(d * along);
        const Tensor rest = r - length * along;
        const Tensor rest_square = sum(rest * rest);
        return State(y + length * d, rest, rest + rest_square / square * d, rest_square, count + 1);
      },
      State(none, b, b, sum(b * b), zeros({}, i64)));
  return std::get<0>(last);
}

}  // namespace descent::inline v1::detail
