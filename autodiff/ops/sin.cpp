// sin, cos, tan: d tan(x) = 1 + tan(x)^2, from the output.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Sin : Pointwise<Sin> {
  static constexpr std::string_view name = "sin";
  static auto value(auto x) { return sin(x); }
  static auto slope(const auto& x) { return cos(x); }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0})}; }
};

struct Cos : Pointwise<Cos> {
  static constexpr std::string_view name = "cos";
  static auto value(auto x) { return cos(x); }
  static auto slope(const auto& x) { return -sin(x); }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0})}; }
};

struct Tan : Pointwise<Tan> {
  static constexpr std::string_view name = "tan";
  static auto value(auto x) { return tan(x); }
  static auto slope_from_output(const auto& y) { return 1.0 + y * y; }
  static Samples samples() { return {uniform({3, 4}, -1.2, 1.2), values({0})}; }
};

}  // namespace

constinit const Op sin_op = make_op<Sin>();
constinit const Op cos_op = make_op<Cos>();
constinit const Op tan_op = make_op<Tan>();
Tensor sin(Arg x) { return bind(sin_op, std::move(x)); }
Tensor cos(Arg x) { return bind(cos_op, std::move(x)); }
Tensor tan(Arg x) { return bind(tan_op, std::move(x)); }

}  // namespace descent::inline v1
