// mul: d(xy) = y dx + x dy.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Mul : Pointwise<Mul, 2> {
  static constexpr std::string_view name = "mul";
  static constexpr Domain domain = Domain::numeric;
  static constexpr bool slope_is_operand = true;
  static auto value(auto x, auto y) { return x * y; }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return y;
    else return x;
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, -2, 2)}), inputs({uniform({3, 1}, -2, 2), uniform({4}, -2, 2)})};
  }
};

}  // namespace

constinit const Op mul_op = make_op<Mul>();
Tensor mul(Arg x, Arg y) { return bind(mul_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
