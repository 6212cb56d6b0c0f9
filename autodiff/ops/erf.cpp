// erf and erfc = 1 - erf: slopes +-2/sqrt(pi) e^(-x^2). erfc keeps the digits of its tail, which 1 - erf(x) has lost.
#include <descent/autodiff/ops/ops.hpp>

#include <numbers>

#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

constexpr double two_over_root_pi = 2.0 * std::numbers::inv_sqrtpi;

struct Erf : Pointwise<Erf> {
  static constexpr std::string_view name = "erf";
  static auto value(auto x) { return erf(x); }
  static auto slope(const auto& x) { return two_over_root_pi * exp(-(x * x)); }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0, 6, -6})}; }
};

struct Erfc : Pointwise<Erfc> {
  static constexpr std::string_view name = "erfc";
  static auto value(auto x) { return erfc(x); }
  static auto slope(const auto& x) { return -two_over_root_pi * exp(-(x * x)); }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0, 6, -6})}; }
};

}  // namespace

constinit const Op erf_op = make_op<Erf>();
constinit const Op erfc_op = make_op<Erfc>();
Tensor erf(Arg x) { return bind(erf_op, std::move(x)); }
Tensor erfc(Arg x) { return bind(erfc_op, std::move(x)); }

}  // namespace descent::inline v1
