// sqrt, rsqrt, cbrt: slopes from the output. At 0 they are infinite, as the one-sided derivatives are; a zero cotangent
// absorbs them. Below 0 sqrt and rsqrt and their slopes are NaN.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Sqrt : Pointwise<Sqrt> {
  static constexpr std::string_view name = "sqrt";
  static auto value(auto x) { return sqrt(x); }
  static auto slope_from_output(const auto& y) { return 0.5 / y; }
  static Samples samples() { return {uniform({3, 4}, 0.3, 3), kink(values({0, 4}), "one-sided: the slope is infinite at 0")}; }
};

struct Rsqrt : Pointwise<Rsqrt> {
  static constexpr std::string_view name = "rsqrt";
  static auto value(auto x) { return 1.0 / sqrt(x); }
  static auto slope_from_output(const auto& y) { return -0.5 * y * y * y; }
  static Samples samples() { return {uniform({3, 4}, 0.3, 3), kink(values({0, 4}), "one-sided: the slope is minus infinity at 0")}; }
};

struct Cbrt : Pointwise<Cbrt> {
  static constexpr std::string_view name = "cbrt";
  static auto value(auto x) { return cbrt(x); }
  static auto slope_from_output(const auto& y) { return 1.0 / (3.0 * y * y); }
  static Samples samples() {
    return {uniform({3, 4}, 0.3, 3), uniform({4}, -3, -0.3), kink(values({0}), "the slope is infinite on both sides of 0")};
  }
};

}  // namespace

constinit const Op sqrt_op = make_op<Sqrt>();
constinit const Op rsqrt_op = make_op<Rsqrt>();
constinit const Op cbrt_op = make_op<Cbrt>();
Tensor sqrt(Arg x) { return bind(sqrt_op, std::move(x)); }
Tensor rsqrt(Arg x) { return bind(rsqrt_op, std::move(x)); }
Tensor cbrt(Arg x) { return bind(cbrt_op, std::move(x)); }

}  // namespace descent::inline v1
