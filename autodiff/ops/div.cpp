// div: d(x/y) = dx/y - x/y^2 dy.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Div : Pointwise<Div, 2> {
  static constexpr std::string_view name = "div";
  static auto value(auto x, auto y) { return x / y; }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return 1.0 / y;
    else return -(x / y) / y;
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, 0.5, 2)}), inputs({uniform({4}, -2, 2), uniform({3, 1}, -2, -0.5)}),
            kink(inputs({values({1, 0}), values({0, 0})}), "IEEE: 1/0 is a pole, 0/0 is NaN")};
  }
};

}  // namespace

constinit const Op div_op = make_op<Div>();
Tensor div(Arg x, Arg y) { return bind(div_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
