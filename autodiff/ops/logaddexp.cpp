// logaddexp: log(e^x + e^y) = max + log1p(e^-|x - y|); its slopes are sigmoids of the difference. Two equal infinities have no
// difference: the value is theirs and the slopes are 0, so that a masked entry (-infinity) stays inert.
#include <descent/autodiff/ops/ops.hpp>

#include <cmath>

#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct LogAddExp : Pointwise<LogAddExp, 2> {
  static constexpr std::string_view name = "logaddexp";
  static auto value(auto x, auto y) {
    const auto larger = where((x >= y) | (x != x), x, y);
    return where(isinf(larger), larger, larger + log1p(exp(-abs(x - y))));
  }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return where(isinf(x) & (x == y), 0.0, sigmoid(x - y));
    else return slope<0>(y, x);
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, -2, 2)}), inputs({uniform({3, 1}, -2, 2), uniform({4}, -2, 2)}),
            inputs({values({1, 1000}), values({1, -1000})}),
            kink(inputs({values({-HUGE_VAL, -HUGE_VAL}), values({-HUGE_VAL, 1})}),
                 "two that weigh nothing have slope 0, so masked terms stay inert")};
  }
};

}  // namespace

constinit const Op logaddexp_op = make_op<LogAddExp>();
Tensor logaddexp(Arg x, Arg y) { return bind(logaddexp_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
