// neg: linear.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Neg : Pointwise<Neg> {
  static constexpr std::string_view name = "neg";
  static constexpr Domain domain = Domain::numeric;
  static constexpr Keep keep = keep::none;
  static auto value(auto x) { return -x; }
  static auto slope(const auto&) { return -1.0; }
  static Samples samples() { return {uniform({3, 4}, -2, 2)}; }
};

}  // namespace

constinit const Op neg_op = make_op<Neg>();
Tensor neg(Arg x) { return bind(neg_op, std::move(x)); }

}  // namespace descent::inline v1
