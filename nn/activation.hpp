#pragma once

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>

// Activations as layers, for a Chain. In a struct of your own call the functions: `out(relu(hidden(x)))`.

namespace descent::inline v1::nn {

struct Relu {
  Tensor operator()(const Tensor& x) const { return relu(x); }
};
struct Tanh {
  Tensor operator()(const Tensor& x) const { return tanh(x); }
};
struct Sigmoid {
  Tensor operator()(const Tensor& x) const { return sigmoid(x); }
};
struct Silu {
  Tensor operator()(const Tensor& x) const { return silu(x); }
};
struct Gelu {
  Tensor operator()(const Tensor& x) const { return gelu(x); }
};
struct GeluTanh {
  Tensor operator()(const Tensor& x) const { return gelu_tanh(x); }
};
struct Softplus {
  Tensor operator()(const Tensor& x) const { return softplus(x); }
};
struct LeakyRelu {
  double slope = 0.01;
  Tensor operator()(const Tensor& x) const { return leaky_relu(x, slope); }
};
struct Elu {
  double alpha = 1;
  Tensor operator()(const Tensor& x) const { return elu(x, alpha); }
};
struct Softmax {
  Index axis = -1;
  Tensor operator()(const Tensor& x) const { return softmax(x, axis); }
};
struct LogSoftmax {
  Index axis = -1;
  Tensor operator()(const Tensor& x) const { return log_softmax(x, axis); }
};
/// shape  x: [n, a, b, ...] -> [n, a b ...]   throws IndexError: x has one axis
struct Flatten {
  Tensor operator()(const Tensor& x) const { return flatten(x, 1); }
};

}  // namespace descent::inline v1::nn
