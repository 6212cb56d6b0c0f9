// atan2(y, x), the angle of the point (x, y): (x dy - y dx) / h^2 with h = hypot(x, y). Dividing by h twice neither
// underflows nor overflows where h^2 does. At the origin, where no direction is better, both slopes are 0.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Atan2 : Pointwise<Atan2, 2> {
  static constexpr std::string_view name = "atan2";
  static auto value(auto y, auto x) { return atan2(y, x); }
  template <int i> static auto slope(const auto& y, const auto& x) {
    const auto h = hypot(x, y);
    if constexpr (i == 0) return where(h == 0.0, 0.0, x / h / h);
    else return where(h == 0.0, 0.0, -y / h / h);
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, 0.3, 2)}), inputs({uniform({3, 1}, 0.3, 2), uniform({4}, -2, 2)}),
            inputs({values({0, 1}), values({1, 0})}),
            kink(inputs({values({0, 1e-200}), values({0, 1e-200})}),
                 "least norm at the origin, where every direction is a limit; beside it no square underflows")};
  }
};

}  // namespace

constinit const Op atan2_op = make_op<Atan2>();
Tensor atan2(Arg y, Arg x) { return bind(atan2_op, std::move(y), std::move(x)); }

}  // namespace descent::inline v1
