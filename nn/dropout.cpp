#include <descent/nn/dropout.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/random.hpp>

namespace descent::inline v1::nn {

Tensor Dropout::operator()(const Tensor& x) { return training && rate != 0 ? descent::dropout(x, rate, rng) : x; }

Tensor Dropout::operator()(const Tensor& x) const {
  if (training && rate != 0)
    throw ValueError(
        "dropout: a const layer in training mode; each call draws random numbers, so take the model as a reference that is not const, or "
        "eval() it");
  return x;
}

Dropout dropout(double rate, Rng& rng) {
  if (!(rate >= 0 && rate < 1)) throw ValueError(fmt::format("dropout: the rate is {}; it must lie in [0, 1)", rate));
  return {split(rng, 1)[0], rate, true};
}

}  // namespace descent::inline v1::nn
