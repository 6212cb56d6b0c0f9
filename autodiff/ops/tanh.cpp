// tanh: d/dx tanh(x) = 1 - tanh(x)^2. The slope is taken from the output, so x need not be kept.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Tanh : Pointwise<Tanh> {
  static constexpr std::string_view name = "tanh";
  static auto value(auto x) { return tanh(x); }
  static auto slope_from_output(const auto& y) { return 1.0 - y * y; }
  static Samples samples() { return {uniform({3, 4}, -2, 2), values({0, 20, -20})}; }
};

}  // namespace

constinit const Op tanh_op = make_op<Tanh>();
Tensor tanh(Arg x) { return bind(tanh_op, std::move(x)); }

}  // namespace descent::inline v1
