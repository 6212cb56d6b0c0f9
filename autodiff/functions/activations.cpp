#include <descent/autodiff/functions/activations.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1 {

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

Tensor logit(Arg x) { return log(x) - log1p(-x); }

}  // namespace descent::inline v1
