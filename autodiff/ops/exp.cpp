// exp, exp2, expm1. The slopes of exp and exp2 are taken from the output; expm1's is not: -1 + 1 has lost e^x.
#include <descent/autodiff/ops/ops.hpp>

#include <numbers>

#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Exp : Pointwise<Exp> {
  static constexpr std::string_view name = "exp";
  static constexpr bool slope_is_operand = true;
  static auto value(auto x) { return exp(x); }
  static auto slope_from_output(const auto& y) { return y; }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0, -1000})}; }
};

struct Exp2 : Pointwise<Exp2> {
  static constexpr std::string_view name = "exp2";
  static auto value(auto x) { return exp2(x); }
  static auto slope_from_output(const auto& y) { return std::numbers::ln2 * y; }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0, -2000})}; }
};

struct Expm1 : Pointwise<Expm1> {
  static constexpr std::string_view name = "expm1";
  static auto value(auto x) { return expm1(x); }
  static auto slope(const auto& x) { return exp(x); }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0, 1e-12, -1000})}; }
};

}  // namespace

constinit const Op exp_op = make_op<Exp>();
constinit const Op exp2_op = make_op<Exp2>();
constinit const Op expm1_op = make_op<Expm1>();
Tensor exp(Arg x) { return bind(exp_op, std::move(x)); }
Tensor exp2(Arg x) { return bind(exp2_op, std::move(x)); }
Tensor expm1(Arg x) { return bind(expm1_op, std::move(x)); }

}  // namespace descent::inline v1
