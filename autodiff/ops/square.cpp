// square: d(x^2) = 2x dx.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Square : Pointwise<Square> {
  static constexpr std::string_view name = "square";
  static constexpr Domain domain = Domain::numeric;
  static auto value(auto x) { return x * x; }
  static auto slope(const auto& x) { return 2.0 * x; }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0, -3})}; }
};

}  // namespace

constinit const Op square_op = make_op<Square>();
Tensor square(Arg x) { return bind(square_op, std::move(x)); }

}  // namespace descent::inline v1
