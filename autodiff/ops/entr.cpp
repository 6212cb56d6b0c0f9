// entr: -x log(x), the entropy of a probability: 0 at 0, where the slope -log(x) - 1 is infinite; -infinity below 0.
#include <descent/autodiff/ops/ops.hpp>

#include <cmath>

#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Entr : Pointwise<Entr> {
  static constexpr std::string_view name = "entr";
  static auto value(auto x) { return where(x == 0.0, 0.0, where(x < 0.0, -HUGE_VAL, -(x * log(x)))); }
  static auto slope(const auto& x) { return -1.0 - log(x); }
  static Samples samples() {
    return {uniform({3, 4}, 0.2, 3), values({1, 0.5}), kink(values({0, -0.0, -1}), "infinite at 0, the limit from the right; NaN below")};
  }
};

}  // namespace

constinit const Op entr_op = make_op<Entr>();
Tensor entr(Arg x) { return bind(entr_op, std::move(x)); }

}  // namespace descent::inline v1
