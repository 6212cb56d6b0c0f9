#include <descent/nn/embedding.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/indexing.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::nn {

Tensor Embedding::operator()(const Tensor& ids) const { return descent::embedding(weight, ids); }

Embedding embedding(Index count, Index width, Rng& rng, Dtype dtype) {
  if (count < 1 || width < 1) throw ValueError(fmt::format("embedding: {} rows of {}; both must be at least 1", count, width));
  return {normal({count, width}, rng, 0, 1, dtype)};
}

}  // namespace descent::inline v1::nn
