// add: linear; both cotangents are the result's.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Add : Pointwise<Add, 2> {
  static constexpr std::string_view name = "add";
  static constexpr Domain domain = Domain::numeric;
  static auto value(auto x, auto y) { return x + y; }
  template <int> static auto slope(const auto&, const auto&) { return One{}; }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, -2, 2)}), inputs({uniform({3, 1}, -2, 2), uniform({4}, -2, 2)})};
  }
};

}  // namespace

constinit const Op add_op = make_op<Add>();
Tensor add(Arg x, Arg y) { return bind(add_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
