// stop_gradient: the identity, of which no derivative is asked: a tape for derivatives is not shown the call.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct StopGradient : General<StopGradient> {
  static constexpr std::string_view name = "stop_gradient";
  static constexpr bool differentiable = false;
  static constexpr bool stops = true;
  static constexpr bool views = true;
  static constexpr auto batch = in_front();
  static Shape shape(const Shape& x) { return x; }
  static Tensor forward(const Tensor& x) { return raw::view(x, x.shape()); }
  static Samples samples() { return {kink(uniform({3, 4}, -2, 2), "a constant by definition: slope 0")}; }
};

}  // namespace

constinit const Op stop_gradient_op = make_op<StopGradient>();
Tensor stop_gradient(Arg x) { return bind(stop_gradient_op, std::move(x)); }

}  // namespace descent::inline v1
