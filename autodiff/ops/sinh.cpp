// sinh, cosh and the inverses of the hyperbolic functions (tanh has its own file). asinh's slope is written with hypot and
// acosh's with two roots, so that x^2 does not overflow; acosh and atanh have infinite slopes at the ends of their domains.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Sinh : Pointwise<Sinh> {
  static constexpr std::string_view name = "sinh";
  static auto value(auto x) { return sinh(x); }
  static auto slope(const auto& x) { return cosh(x); }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0})}; }
};

struct Cosh : Pointwise<Cosh> {
  static constexpr std::string_view name = "cosh";
  static auto value(auto x) { return cosh(x); }
  static auto slope(const auto& x) { return sinh(x); }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0})}; }
};

struct Asinh : Pointwise<Asinh> {
  static constexpr std::string_view name = "asinh";
  static auto value(auto x) { return asinh(x); }
  static auto slope(const auto& x) { return 1.0 / hypot(x, like(x, 1.0)); }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0, 1e3})}; }
};

struct Acosh : Pointwise<Acosh> {
  static constexpr std::string_view name = "acosh";
  static auto value(auto x) { return acosh(x); }
  static auto slope(const auto& x) { return 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)); }
  static Samples samples() { return {uniform({3, 4}, 1.2, 4), kink(values({1}), "one-sided: acosh has an infinite slope at 1")}; }
};

struct Atanh : Pointwise<Atanh> {
  static constexpr std::string_view name = "atanh";
  static auto value(auto x) { return atanh(x); }
  static auto slope(const auto& x) { return 1.0 / ((1.0 - x) * (1.0 + x)); }
  static Samples samples() { return {uniform({3, 4}, -0.9, 0.9), kink(values({-1, 1}), "poles: atanh has infinite slopes at -1 and 1")}; }
};

}  // namespace

constinit const Op sinh_op = make_op<Sinh>();
constinit const Op cosh_op = make_op<Cosh>();
constinit const Op asinh_op = make_op<Asinh>();
constinit const Op acosh_op = make_op<Acosh>();
constinit const Op atanh_op = make_op<Atanh>();
Tensor sinh(Arg x) { return bind(sinh_op, std::move(x)); }
Tensor cosh(Arg x) { return bind(cosh_op, std::move(x)); }
Tensor asinh(Arg x) { return bind(asinh_op, std::move(x)); }
Tensor acosh(Arg x) { return bind(acosh_op, std::move(x)); }
Tensor atanh(Arg x) { return bind(atanh_op, std::move(x)); }

}  // namespace descent::inline v1
