// relu and leaky_relu. relu's subgradients at 0 are [0, 1]; the one of least norm is 0. leaky_relu takes at 0 the slope of
// the left side, the least one for a slope in [0, 1]. NaN stays NaN.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Relu : Pointwise<Relu> {
  static constexpr std::string_view name = "relu";
  static auto value(auto x) { return where(x <= 0.0, 0.0, x); }
  static auto slope_from_output(const auto& y) { return where(y > 0.0, 1.0, 0.0); }
  static Samples samples() { return {uniform({3, 4}, -2, 2), kink(values({0, -0.0}), "least norm, as every activation with a flat side")}; }
};

struct LeakyRelu : Pointwise<LeakyRelu> {
  static constexpr std::string_view name = "leaky_relu";
  struct Params {
    double slope = 0.01;
  };
  static auto value(const Params& p, auto x) { return where(x > 0.0, x, p.slope * x); }
  static auto slope(const Params& p, const auto& x) { return where(x > 0.0, like(x, 1.0), like(x, p.slope)); }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -2, 2)}), with(Params{0.3}, {uniform({4}, -2, 2)}),
            kink(with(Params{}, {values({0})}), "the slope of the left side at 0")};
  }
};

}  // namespace

constinit const Op relu_op = make_op<Relu>();
constinit const Op leaky_relu_op = make_op<LeakyRelu>();
Tensor relu(Arg x) { return bind(relu_op, std::move(x)); }
Tensor leaky_relu(Arg x, double slope) { return bind(leaky_relu_op, LeakyRelu::Params{slope}, std::move(x)); }

}  // namespace descent::inline v1
