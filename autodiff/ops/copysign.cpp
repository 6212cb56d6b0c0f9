// copysign(x, y) = |x| with y's sign (that of -0 counts): in x as abs, 0 at 0 included; in y piecewise constant.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct CopySign : Pointwise<CopySign, 2> {
  static constexpr std::string_view name = "copysign";
  static auto value(auto x, auto y) { return copysign(x, y); }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return where(x == 0.0, 0.0, copysign(like(x, 1.0), x) * copysign(like(y, 1.0), y));
    else return Zero{};
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, -2, 2)}), inputs({uniform({3, 1}, -2, 2), uniform({4}, -2, 2)}),
            kink(inputs({values({0, 1, 1}), values({1, 0, -0.0})}), "|x| has slope 0 at 0; the sign is a step in y")};
  }
};

}  // namespace

constinit const Op copysign_op = make_op<CopySign>();
Tensor copysign(Arg x, Arg y) { return bind(copysign_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
