#pragma once

#include <descent/autodiff/tensor/rng.hpp>
#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::nn {

/// While training: each element is 0 with probability `rate`, else divided by 1 - rate, so that the mean stays. Otherwise: x.
/// Its random numbers are its own state, saved with the model.   shape  x: [...] -> [...]
struct Dropout {
  Rng rng;
  double rate = 0.5;  ///< [0, 1)
  bool training = true;

  Tensor operator()(const Tensor& x);
  /// For a model that is const. throws ValueError: it is in training mode, where each call changes the state
  Tensor operator()(const Tensor& x) const;
};

/// throws  ValueError: rate outside [0, 1)
Dropout dropout(double rate, Rng& rng);

}  // namespace descent::inline v1::nn
