// sub: linear; the second cotangent changes sign.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Sub : Pointwise<Sub, 2> {
  static constexpr std::string_view name = "sub";
  static constexpr Domain domain = Domain::numeric;
  static constexpr Keep keep = keep::none;
  static auto value(auto x, auto y) { return x - y; }
  template <int i> static auto slope(const auto&, const auto&) {
    if constexpr (i == 0) return One{};
    else return -1.0;
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -2, 2), uniform({3, 4}, -2, 2)}), inputs({uniform({4}, -2, 2), uniform({3, 1}, -2, 2)})};
  }
};

}  // namespace

constinit const Op sub_op = make_op<Sub>();
Tensor sub(Arg x, Arg y) { return bind(sub_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
