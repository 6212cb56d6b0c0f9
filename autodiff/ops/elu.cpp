// elu: x above 0, alpha (e^x - 1) below. At 0 the slope is alpha, that of the left side; for alpha = 1 there is no kink.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Elu : Pointwise<Elu> {
  static constexpr std::string_view name = "elu";
  struct Params {
    double alpha = 1;
  };
  static auto value(const Params& p, auto x) { return where(x > 0.0, x, p.alpha * expm1(x)); }
  static auto slope(const Params& p, const auto& x) { return where(x > 0.0, 1.0, p.alpha * exp(x)); }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -2, 2)}), with(Params{0.5}, {uniform({4}, -2, 2)}),
            kink(with(Params{0.5}, {values({0, 1000, -1000})}), "the slope of the left side at 0; no overflow far out")};
  }
};

}  // namespace

constinit const Op elu_op = make_op<Elu>();
Tensor elu(Arg x, double alpha) { return bind(elu_op, Elu::Params{alpha}, std::move(x)); }

}  // namespace descent::inline v1
