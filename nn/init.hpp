#pragma once

#include <functional>

#include <descent/autodiff/tensor/rng.hpp>
#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::nn {

/// How many inputs feed an output of a layer, and how many outputs an input feeds.
struct Fan {
  Index in = 1;
  Index out = 1;
};

/// A way to fill a new parameter.
using Initialiser = std::function<Tensor(const Shape& shape, Fan fan, Rng& rng, Dtype dtype)>;

namespace init {

Initialiser zeros();
Initialiser constant(double value);
/// Even in +-1/sqrt(in): the default of PyTorch's Linear.
Initialiser uniform_by_fan_in();
/// Variance 2 / (in + out): keeps forward and backward signals level through tanh.   source Glorot and Bengio 2010
Initialiser xavier_uniform();
Initialiser xavier_normal();
/// Variance 2 / in: the same through relu.   source He et al. 2015
Initialiser he_uniform();
Initialiser he_normal();
/// Variance 1 / in: for selu, or no activation.   source LeCun et al. 1998, 4.6
Initialiser lecun_uniform();
Initialiser lecun_normal();
/// Normal of this deviation, drawn again outside +-2 deviations.   deviation > 0
Initialiser truncated_normal(double deviation = 0.02);

}  // namespace init
}  // namespace descent::inline v1::nn
