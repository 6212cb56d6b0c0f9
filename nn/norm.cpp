#include <descent/nn/norm.hpp>

#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::nn {

Tensor LayerNorm::operator()(const Tensor& x) const {
  if (x.rank() == 0 || x.size(-1) != weight.numel())
    throw ShapeError(
        fmt::format("layer_norm: the input is {}; its last axis must be {}, the layer's width", to_string(x.shape()), weight.numel()));
  const Tensor centred = x - mean(x, -1, keep_axes);
  return centred * rsqrt(mean(square(centred), -1, keep_axes) + eps) * weight + bias;
}

LayerNorm layer_norm(Index width, double eps, Dtype dtype) {
  if (width < 1) throw ValueError(fmt::format("layer_norm: a width of {}; it must be at least 1", width));
  if (!(eps > 0) || !std::isfinite(eps)) throw ValueError(fmt::format("layer_norm: eps is {}; it must be finite and above 0", eps));
  return {ones({width}, dtype), zeros({width}, dtype), eps};
}

}  // namespace descent::inline v1::nn
