// reciprocal: d(1/x) = -1/x^2, from the output. At 0 the value is an infinity and the slope -infinity.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Reciprocal : Pointwise<Reciprocal> {
  static constexpr std::string_view name = "reciprocal";
  static auto value(auto x) { return 1.0 / x; }
  static auto slope_from_output(const auto& y) { return -(y * y); }
  static Samples samples() { return {uniform({3, 4}, 0.5, 2), uniform({4}, -2, -0.5), kink(values({0}), "IEEE: a pole")}; }
};

}  // namespace

constinit const Op reciprocal_op = make_op<Reciprocal>();
Tensor reciprocal(Arg x) { return bind(reciprocal_op, std::move(x)); }

}  // namespace descent::inline v1
