// maximum and minimum of two: the cotangent goes to the one chosen; a tie shares it evenly, which is the subgradient of
// least norm. A NaN on either side is the result, and is then the one chosen.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Samples ordered_pairs() {
  return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, -2, 2)}), inputs({uniform({3, 1}, -2, 2), uniform({4}, -2, 2)}),
          kink(inputs({values({1, 0, -0.0}), values({1, 0, 0})}), "ties share evenly, a number as bound included")};
}

struct Maximum : Pointwise<Maximum, 2> {
  static constexpr std::string_view name = "maximum";
  static constexpr Domain domain = Domain::any;
  static auto value(auto x, auto y) { return where((x >= y) | (x != x), x, y); }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return where(x == y, 0.5, where((x > y) | (x != x), 1.0, 0.0));
    else return slope<0>(y, x);
  }
  static Samples samples() { return ordered_pairs(); }
};

struct Minimum : Pointwise<Minimum, 2> {
  static constexpr std::string_view name = "minimum";
  static constexpr Domain domain = Domain::any;
  static auto value(auto x, auto y) { return where((x <= y) | (x != x), x, y); }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return where(x == y, 0.5, where((x < y) | (x != x), 1.0, 0.0));
    else return slope<0>(y, x);
  }
  static Samples samples() { return ordered_pairs(); }
};

}  // namespace

constinit const Op maximum_op = make_op<Maximum>();
constinit const Op minimum_op = make_op<Minimum>();
Tensor maximum(Arg x, Arg y) { return bind(maximum_op, std::move(x), std::move(y)); }
Tensor minimum(Arg x, Arg y) { return bind(minimum_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
