// abs and sign. At the kink of abs the subgradients are [-1, 1]; the one of least norm is 0. sign is constant on each side,
// so its slope is 0 everywhere, and with it the second derivative of abs.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Abs : Pointwise<Abs> {
  static constexpr std::string_view name = "abs";
  static constexpr Domain domain = Domain::numeric;
  static auto value(auto x) { return abs(x); }
  static auto slope(const auto& x) { return where(x > 0.0, 1.0, where(x < 0.0, -1.0, 0.0)); }
  static Samples samples() { return {uniform({3, 4}, -2, 2), kink(values({0, -0.0, 1, -1}), "least norm among [-1, 1]")}; }
};

struct Sign : Pointwise<Sign> {
  static constexpr std::string_view name = "sign";
  static constexpr Domain domain = Domain::numeric;
  static auto value(auto x) { return where(x > 0, 1, where(x < 0, -1, x + 0)); }  // NaN stays; -0 + 0 is 0
  static auto slope(const auto&) { return Zero{}; }
  static Samples samples() { return {uniform({3, 4}, -2, 2), kink(values({0, -0.0}), "a step has slope 0 everywhere")}; }
};

}  // namespace

constinit const Op abs_op = make_op<Abs>();
constinit const Op sign_op = make_op<Sign>();
Tensor abs(Arg x) { return bind(abs_op, std::move(x)); }
Tensor sign(Arg x) { return bind(sign_op, std::move(x)); }

}  // namespace descent::inline v1
