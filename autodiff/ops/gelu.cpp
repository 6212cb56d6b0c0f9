// gelu: x P(x) with P the normal distribution function, and its approximation gelu_tanh. Both are written with a function
// that keeps the digits of the left tail, where 1 + erf and 1 + tanh have lost them: P itself, and (1 + tanh u) / 2 = sigmoid(2u).
// A factor 0 absorbs, so that the limits at infinity are 0 and x.
// source: Hendrycks and Gimpel 2016, "Gaussian error linear units".
#include <descent/autodiff/ops/ops.hpp>

#include <numbers>

#include <descent/autodiff/kernels/math/special.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Gelu : Pointwise<Gelu> {
  static constexpr std::string_view name = "gelu";
  static auto density(const auto& x) { return inv_sqrt_2pi * exp(-0.5 * x * x); }
  static auto value(auto x) { return absorb(x, ndtr(x)); }
  static auto slope(const auto& x) { return ndtr(x) + absorb(x, density(x)); }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0, 1000, -1000, 40})}; }

 private:
  static constexpr double inv_sqrt_2pi = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
};

/// x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3)
struct GeluTanh : Pointwise<GeluTanh> {
  static constexpr std::string_view name = "gelu_tanh";
  static auto gate(const auto& x) { return sigmoid(x * (two_root + cubic * (x * x))); }
  static auto value(auto x) { return absorb(x, gate(x)); }
  static auto slope(const auto& x) {
    const auto s = gate(x);
    return s + absorb(s * (1.0 - s), x * (two_root + 3.0 * cubic * (x * x)));
  }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0, 30, -30})}; }

 private:
  static constexpr double two_root = 2.0 * std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
  static constexpr double cubic = 0.044715 * two_root;
};

}  // namespace

constinit const Op gelu_op = make_op<Gelu>();
constinit const Op gelu_tanh_op = make_op<GeluTanh>();
Tensor gelu(Arg x) { return bind(gelu_op, std::move(x)); }
Tensor gelu_tanh(Arg x) { return bind(gelu_tanh_op, std::move(x)); }

}  // namespace descent::inline v1
