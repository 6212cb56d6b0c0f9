#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vjp.hpp>
#include <descent/tests/fuzz/checks.hpp>

namespace descent::fuzz {
namespace {

using Kind = Verdict::Kind;

/// <a, b> and <c, d>, which should be equal.
Verdict equal_products(const char* what, Dot left, Dot right, double tolerance) {
  if (!std::isfinite(left.magnitude + right.magnitude)) return {Kind::fails, fmt::format("{}: {} and {}", what, left.value, right.value)};
  const double allowed = tolerance * std::max(1.0, left.magnitude + right.magnitude);
  if (std::abs(left.value - right.value) <= allowed) return {};
  return {Kind::fails, fmt::format("{}: {:.17g} and {:.17g} differ by more than {:.1e}", what, left.value, right.value, allowed)};
}

/// The derivative by five points, h apart, and the size of what was subtracted.
struct Difference {
  double value = 0;
  double size = 0;
};
template <class F> Difference difference(F f, const Tensors& x, const Tensors& t, double h) {
  constexpr double weights[][2] = {{-2, 1}, {-1, -8}, {1, 8}, {2, -1}};
  Difference result;
  for (const auto& [steps, weight] : weights) {
    Tensors moved;
    for (std::size_t i = 0; i < x.size(); ++i) moved.push_back(x[i] + t[i] * (steps * h));
    const double y = f(moved).template item<double>();
    result.value += weight * y / (12 * h);
    result.size = std::max(result.size, std::abs(y));
  }
  return result;
}

}  // namespace

Verdict adjoint(const Program& program) {
  const Tensors x = program.leaves(), t = directions(x, 2);
  const auto [y, pushed] = jvp(outputs_of(program), x, t);
  const Tensors u = directions(y, 3);
  const auto [again, pullback] = vjp(outputs_of(program), x);
  if (const std::string difference = different_bits("output under vjp and under jvp", again, y); !difference.empty())
    return judged(difference);
  return equal_products("<u, J t> and <J^T u, t>", dot(u, pushed), dot(pullback(u), t), 1e-10);
}

// Two steps in agreement say that the cost is smooth there, so that the jvp must agree too. Near a kink, a jump, or where higher
// derivatives are large, they do not, and a smaller step is tried.
Verdict differences(const Program& program) {
  if (!program.smooth) return {Kind::says_nothing};
  const Tensors x = program.leaves(), t = directions(x, 2);
  const double pushed = jvp(cost_of(program), x, t).second.item<double>();
  const std::vector<Tensors> base = run_all(program, x, {.checkpoints = false});
  const auto f = cost_of(program, {.checkpoints = false, .frozen = &base});
  double last = NAN;
  for (const double h : {0x1p-9, 0x1p-12, 0x1p-15, 0x1p-18}) {
    const Difference d = difference(f, x, t, h);
    const double allowed = 1e-6 * std::max({1e-2, std::abs(d.value), d.size});
    if (std::abs(d.value - pushed) <= allowed) return {};
    if (std::abs(d.value - last) <= allowed / 8)
      return {Kind::fails, fmt::format("the cost's derivative is {:.17g}, by differences {:.17g}", pushed, d.value)};
    last = d.value;
  }
  return {Kind::says_nothing};
}

Verdict nested(const Program& program) {
  if (!small(program)) return {Kind::says_nothing};
  const Tensors x = program.leaves(), t = directions(x, 4);
  const auto f = cost_of(program);
  const Tensors slopes = grad(f)(x), along = hvp(f, x, t);
  Dot wanted = dot(slopes, along);
  wanted = {2 * wanted.value, 2 * wanted.magnitude};
  const Verdict reversed =
      equal_products("<grad |grad f|^2, t> and 2 <grad f, H t>", dot(grad(squared_gradient(program))(x), t), wanted, 1e-9);
  if (reversed.kind == Kind::fails) return reversed;
  const auto slope_along = [&](const Tensors& at) { return jvp(f, at, t).second; };
  const double twice = jvp(slope_along, x, t).second.item<double>();
  return equal_products("<t, H t> and the second derivative along t", dot(t, along), {twice, std::abs(twice)}, 1e-9);
}

}  // namespace descent::fuzz
