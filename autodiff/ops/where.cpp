// where: linear in both sides, with the mask as coefficient; the mask itself has no derivative.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Where : Pointwise<Where, 3> {
  static constexpr std::string_view name = "where";
  static constexpr int masks = 1;
  static constexpr Domain domain = Domain::any;
  static constexpr Keep keep = keep::input(0);
  static auto value(auto mask, auto x, auto y) { return where(mask, x, y); }
  template <int i> static auto slope(const auto& mask, const auto&, const auto&) {
    if constexpr (i == 1) return where(mask, 1.0, 0.0);
    else return where(mask, 0.0, 1.0);
  }
  static Samples samples() {
    return {inputs({flags({4}, {1, 0, 1, 0}), uniform({4}, -2, 2), uniform({4}, -2, 2)}),
            inputs({flags({3, 1}, {1, 0, 1}), uniform({4}, -2, 2), uniform({3, 4}, -2, 2)})};
  }
};

}  // namespace

constinit const Op where_op = make_op<Where>();
Tensor where(Arg mask, Arg x, Arg y) { return bind(where_op, std::move(mask), std::move(x), std::move(y)); }

}  // namespace descent::inline v1
