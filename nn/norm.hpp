#pragma once

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::nn {

/// Over the last axis: (x - mean) / sqrt(variance + eps) * weight + bias, the variance without correction.
/// shape   x: [..., width] -> [..., width]   source Ba, Kiros and Hinton 2016, "Layer normalization"
struct LayerNorm {
  Tensor weight;  // [width]
  Tensor bias;    // [width]
  double eps = 1e-5;

  /// throws  ShapeError: x's last axis is not `width`
  Tensor operator()(const Tensor& x) const;
};

/// Weight 1, bias 0.   throws ValueError: width below 1, eps not finite and above 0
LayerNorm layer_norm(Index width, double eps = 1e-5, Dtype dtype = f32);

}  // namespace descent::inline v1::nn
