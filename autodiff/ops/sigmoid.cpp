// sigmoid: s = 1 / (1 + e^-x), ds = s (1 - s), from the output.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Sigmoid : Pointwise<Sigmoid> {
  static constexpr std::string_view name = "sigmoid";
  static auto value(auto x) { return sigmoid(x); }
  static auto slope_from_output(const auto& y) { return y * (1.0 - y); }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0, 1000, -1000})}; }
};

}  // namespace

constinit const Op sigmoid_op = make_op<Sigmoid>();
Tensor sigmoid(Arg x) { return bind(sigmoid_op, std::move(x)); }

}  // namespace descent::inline v1
