// silu: x s with s = sigmoid(x); d silu = s (1 + x (1 - s)). A factor 0 absorbs, so that the limits at infinity are 0 and x.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Silu : Pointwise<Silu> {
  static constexpr std::string_view name = "silu";
  static auto value(auto x) { return absorb(x, sigmoid(x)); }
  static auto slope(const auto& x) {
    const auto s = sigmoid(x);
    return absorb(s, 1.0 + absorb(x, 1.0 - s));
  }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0, 1000, -1000})}; }
};

}  // namespace

constinit const Op silu_op = make_op<Silu>();
Tensor silu(Arg x) { return bind(silu_op, std::move(x)); }

}  // namespace descent::inline v1
