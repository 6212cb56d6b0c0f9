// xlog1py: x log(1 + y), and 0 where x is 0, whatever y but NaN. In y the slope x / (1 + y) absorbs x = 0 rather than selecting it: its
// own derivative in x is not 0. In x the slope is log(1 + y), which is -infinity at y = -1.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct XLog1PY : Pointwise<XLog1PY, 2> {
  static constexpr std::string_view name = "xlog1py";
  static auto value(auto x, auto y) { return where((x == 0.0) & (y == y), 0.0, x * log1p(y)); }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return log1p(y);
    else return absorb(x, 1.0 / (1.0 + y));
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, -0.7, 3)}), inputs({values({3, 1}, {0, 1, -2}), uniform({4}, -0.7, 3)}),
            kink(inputs({values({0, 1}), values({-1, -1})}), "x = 0 absorbs in y; in x the slope log(1 + y) is -infinity")};
  }
};

}  // namespace

constinit const Op xlog1py_op = make_op<XLog1PY>();
Tensor xlog1py(Arg x, Arg y) { return bind(xlog1py_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
