// absorb: the product in which 0 times anything is 0. Its derivatives are the product rule written with itself, because
// every pointwise vjp multiplies by absorb: the cotangent of `ct` is absorb(c, slope), never c * slope. A select
// (where ct == 0, 0, ct * slope) has the same values and a wrong derivative in ct at 0.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Absorb : Pointwise<Absorb, 2> {
  static constexpr std::string_view name = "absorb";
  static constexpr bool slope_is_operand = true;
  static auto value(auto ct, auto slope) { return absorb(ct, slope); }
  template <int i> static auto slope(const auto& ct, const auto& k) {
    if constexpr (i == 0) return k;
    else return ct;
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, -2, 2)}), inputs({values({0, 1, -2}), values({3, 0, 0.5})}),
            inputs({uniform({3, 1}, -2, 2), uniform({4}, -2, 2)})};
  }
};

}  // namespace

constinit const Op absorb_op = make_op<Absorb>();
Tensor absorb(Arg ct, Arg slope) { return bind(absorb_op, std::move(ct), std::move(slope)); }

}  // namespace descent::inline v1
