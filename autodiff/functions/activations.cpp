#include <descent/autodiff/functions/activations.hpp>

#include <vector>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {
namespace {

std::vector<Tensor> halves(const char* who, Arg x, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis(who, axis);
  const Index size = given.x.size(at);
  if (size % 2 != 0)
    throw ShapeError(fmt::format("{}: axis {} of {} has an odd size; it is cut into halves", who, at, to_string(given.x.shape())),
                     given.where);
  return split_sizes(given.arg(), {size / 2, size / 2}, at);
}

}  // namespace

Tensor relu6(Arg x) { return clamp(std::move(x), 0, 6); }
Tensor hard_tanh(Arg x, double lo, double hi) { return clamp(std::move(x), lo, hi); }
Tensor hard_sigmoid(Arg x) { return clamp(std::move(x) + 3, 0, 6) / 6; }
Tensor hard_swish(Arg x) { return x * hard_sigmoid(x); }

Tensor prelu(Arg x, Arg weight) { return where(x > 0, x, weight * x); }
Tensor celu(Arg x, double alpha) {
  if (!(alpha != 0)) throw ValueError("celu: alpha is 0; it must not be", x.where());
  return alpha * elu(std::move(x) / alpha);
}
Tensor selu(Arg x) {
  constexpr double scale = 1.0507009873554804934, alpha = 1.6732632423543772848;
  return scale * elu(std::move(x), alpha);
}
Tensor mish(Arg x) { return absorb(x, tanh(softplus(x))); }  // a factor 0 absorbs: 0 at -infinity

Tensor softsign(Arg x) { return x / (1 + abs(x)); }
Tensor tanh_shrink(Arg x) { return x - tanh(x); }
Tensor hard_shrink(Arg x, double width) { return where(abs(x) <= width, 0, x); }
Tensor soft_shrink(Arg x, double width) {
  if (!(width >= 0)) throw ValueError(fmt::format("soft_shrink: width is {}; it must be 0 or more", width), x.where());
  return where(abs(x) <= width, 0, x - width * sign(x));
}
Tensor threshold(Arg x, double limit, double value) { return where(x <= limit, value, x); }

Tensor glu(Arg x, Index axis) {
  const std::vector<Tensor> parts = halves("glu", std::move(x), axis);
  return parts[0] * sigmoid(parts[1]);
}
Tensor swiglu(Arg x, Index axis) {
  const std::vector<Tensor> parts = halves("swiglu", std::move(x), axis);
  return silu(parts[0]) * parts[1];
}
Tensor snake(Arg x, Arg alpha) {
  const Tensor flat = alpha == 0;
  const Tensor safe = where(flat, 1, alpha);
  return x + where(flat, alpha * square(x), square(sin(safe * x)) / safe);
}

Tensor logit(Arg x) { return log(x) - log1p(-x); }

}  // namespace descent::inline v1
