// asin, acos, atan. 1 - x^2 is written (1 - x)(1 + x), which keeps its digits near the ends; there the slopes of asin and
// acos are infinite. Outside [-1, 1] values and slopes are NaN.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Asin : Pointwise<Asin> {
  static constexpr std::string_view name = "asin";
  static auto value(auto x) { return asin(x); }
  static auto slope(const auto& x) { return 1.0 / sqrt((1.0 - x) * (1.0 + x)); }
  static Samples samples() { return {uniform({3, 4}, -0.9, 0.9), kink(values({-1, 1}), "one-sided: the slope is infinite at the ends")}; }
};

struct Acos : Pointwise<Acos> {
  static constexpr std::string_view name = "acos";
  static auto value(auto x) { return acos(x); }
  static auto slope(const auto& x) { return -1.0 / sqrt((1.0 - x) * (1.0 + x)); }
  static Samples samples() { return {uniform({3, 4}, -0.9, 0.9), kink(values({-1, 1}), "one-sided: the slope is infinite at the ends")}; }
};

struct Atan : Pointwise<Atan> {
  static constexpr std::string_view name = "atan";
  static auto value(auto x) { return atan(x); }
  static auto slope(const auto& x) { return 1.0 / (1.0 + x * x); }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0, 1e3})}; }
};

}  // namespace

constinit const Op asin_op = make_op<Asin>();
constinit const Op acos_op = make_op<Acos>();
constinit const Op atan_op = make_op<Atan>();
Tensor asin(Arg x) { return bind(asin_op, std::move(x)); }
Tensor acos(Arg x) { return bind(acos_op, std::move(x)); }
Tensor atan(Arg x) { return bind(atan_op, std::move(x)); }

}  // namespace descent::inline v1
