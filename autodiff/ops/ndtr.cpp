// The normal distribution's function and its logarithm. The slope of the logarithm is the density over the function, in which both
// vanish on the left: e^(-x^2 / 2) cancels in sqrt(2 / pi) / erfcx(-x / sqrt(2)).
#include <descent/autodiff/ops/ops.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/kernels/math/special.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Ndtr : Pointwise<Ndtr> {
  static constexpr std::string_view name = "ndtr";
  static auto value(auto x) { return ndtr(x); }
  static auto slope(const auto& x) { return std::numbers::inv_sqrtpi / std::numbers::sqrt2 * exp(-0.5 * (x * x)); }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0, 9, -9})}; }
};

auto scaled_tail(const auto& x) { return erfcx(Index{0}, x); }
Tensor scaled_tail(const Tensor& x) { return erfcx(x); }

struct LogNdtr : Pointwise<LogNdtr> {
  static constexpr std::string_view name = "log_ndtr";
  static auto value(auto x) { return log_ndtr(x); }
  static auto slope(const auto& x) {
    return std::numbers::sqrt2 * std::numbers::inv_sqrtpi / scaled_tail(x * (-0.5 * std::numbers::sqrt2));
  }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0, -1, 6, -30, -1000})}; }
};

}  // namespace

constinit const Op ndtr_op = make_op<Ndtr>();
constinit const Op log_ndtr_op = make_op<LogNdtr>();
Tensor ndtr(Arg x) { return bind(ndtr_op, std::move(x)); }
Tensor log_ndtr(Arg x) { return bind(log_ndtr_op, std::move(x)); }

}  // namespace descent::inline v1
