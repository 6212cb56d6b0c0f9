#include <descent/nn/linear.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::nn {

Tensor Linear::operator()(const Tensor& x) const {
  if (x.rank() == 0 || x.size(-1) != weight.size(1))
    throw ShapeError(
        fmt::format("linear: the input is {}; its last axis must be {}, the layer's inputs", to_string(x.shape()), weight.size(1)));
  Tensor y = matmul(x, weight, {.transpose_b = true});
  return bias.present() ? std::move(y) + bias : y;
}

Linear linear(Index in, Index out, Rng& rng, LinearOptions options) {
  if (in < 1 || out < 1) throw ValueError(fmt::format("linear: {} inputs and {} outputs; both must be at least 1", in, out));
  const Fan fan{in, out};
  Linear layer{options.init({out, in}, fan, rng, options.dtype), {}};
  if (layer.weight.shape() != Shape{out, in})
    throw ShapeError(fmt::format("linear: the initialiser gave {}; it must give the shape that it is asked for, [{}, {}]",
                                 to_string(layer.weight.shape()), out, in));
  if (options.bias) layer.bias = init::uniform_by_fan_in()({out}, fan, rng, options.dtype);
  return layer;
}

}  // namespace descent::inline v1::nn
