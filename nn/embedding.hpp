#pragma once

#include <descent/autodiff/tensor/rng.hpp>
#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::nn {

/// A row of `weight` for each id.   shape  ids: [...], integers -> [..., width]
struct Embedding {
  Tensor weight;  // [count, width]

  /// throws  IndexError: an id outside [-count, count); DtypeError: ids are no integers
  Tensor operator()(const Tensor& ids) const;
};

/// Rows are drawn from the standard normal distribution. throws ValueError: a size below 1
Embedding embedding(Index count, Index width, Rng& rng, Dtype dtype = f32);

}  // namespace descent::inline v1::nn
