// xlogy: x log(y), and 0 where x is 0, whatever y but NaN. In y the slope x/y absorbs x = 0 rather than selecting it: its own
// derivative in x, 1/y, is not 0. In x the slope is log(y), which is -infinity at y = 0.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct XLogY : Pointwise<XLogY, 2> {
  static constexpr std::string_view name = "xlogy";
  static auto value(auto x, auto y) { return where((x == 0.0) & (y == y), 0.0, x * log(y)); }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return log(y);
    else return absorb(x, 1.0 / y);
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, 0.3, 3)}), inputs({values({3, 1}, {0, 1, -2}), uniform({4}, 0.3, 3)}),
            kink(inputs({values({0, 1}), values({0, 0})}), "x = 0 absorbs: 0 in y; in x the slope is log(y), minus infinity at y = 0")};
  }
};

}  // namespace

constinit const Op xlogy_op = make_op<XLogY>();
Tensor xlogy(Arg x, Arg y) { return bind(xlogy_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
