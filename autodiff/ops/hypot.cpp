// hypot: h = sqrt(x^2 + y^2) without overflow of the squares; dh = (x dx + y dy) / h. At the origin the subgradients are the
// unit disc; the one of least norm is 0.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Hypot : Pointwise<Hypot, 2> {
  static constexpr std::string_view name = "hypot";
  static auto value(auto x, auto y) { return hypot(x, y); }
  template <int i> static auto slope(const auto& x, const auto& y) {
    const auto h = hypot(x, y);
    if constexpr (i == 0) return where(h == 0.0, 0.0, x / h);
    else return where(h == 0.0, 0.0, y / h);
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, 0.3, 2)}), inputs({uniform({3, 1}, 0.3, 2), uniform({4}, -2, 2)}),
            kink(inputs({values({0, 3e200}), values({0, 4e200})}), "least norm at the origin; no square overflows")};
  }
};

}  // namespace

constinit const Op hypot_op = make_op<Hypot>();
Tensor hypot(Arg x, Arg y) { return bind(hypot_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
