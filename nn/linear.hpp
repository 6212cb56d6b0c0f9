#pragma once

#include <descent/autodiff/tensor/rng.hpp>
#include <descent/autodiff/tensor/tensor.hpp>
#include <descent/nn/init.hpp>

namespace descent::inline v1::nn {

/// y = x W^T + b.   shape  x: [..., in] -> [..., out]
struct Linear {
  Tensor weight;  // [out, in]
  Tensor bias;    // [out]; absent when built with {.bias = false}

  /// throws  ShapeError: x's last axis is not `in`
  Tensor operator()(const Tensor& x) const;
};

struct LinearOptions {
  bool bias = true;
  Initialiser init = init::uniform_by_fan_in();  ///< of the weight; the bias is drawn from +-1/sqrt(in), as PyTorch does
  Dtype dtype = f32;
};
/// throws  ValueError: a size below 1; ShapeError: the initialiser gave another shape
Linear linear(Index in, Index out, Rng& rng, LinearOptions options = {});

}  // namespace descent::inline v1::nn
