#include <descent/nn/loss/similarity.hpp>

#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/distances.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/nn/loss/classification.hpp>

namespace descent::inline v1::nn {

using detail::reduced;
using detail::require_fit;

namespace {

void require_vectors(const char* who, const Tensor& x, const Tensor& y, std::source_location where) {
  if (x.rank() == 0 || y.rank() == 0 || x.size(-1) != y.size(-1))
    throw ShapeError(fmt::format("{}: the vectors are {} and {}; they must be [..., d]", who, to_string(x.shape()), to_string(y.shape())),
                     where);
  require_fit(who, {x, where}, {y, where});
}

}  // namespace

Tensor cosine_embedding(Arg x, Arg y, Arg target, double margin, Reduction reduction) {
  constexpr const char* who = "cosine_embedding";
  const std::source_location where = x.where();
  const Tensor left = x.take(), right = y.take();
  require_vectors(who, left, right, where);
  const Tensor cosine = cosine_similarity({left, where}, {right, where});
  require_fit(who, {cosine, where}, target);
  return reduced(who, descent::where(target.take() > 0, 1 - cosine, relu(cosine - margin)), reduction, where);
}

Tensor contrastive(Arg x, Arg y, Arg same, double margin, Reduction reduction) {
  constexpr const char* who = "contrastive";
  const std::source_location where = x.where();
  detail::require_positive(who, "the margin", margin, where);
  const Tensor left = x.take(), right = y.take();
  require_vectors(who, left, right, where);
  const Tensor apart = left - right;
  const Tensor near = sum(square(apart), -1), far = square(relu(margin - norm2(apart, -1)));
  require_fit(who, {near, where}, same);
  const Tensor share = same.take();
  return reduced(who, 0.5 * (share * near + (1 - share) * far), reduction, where);
}

Tensor triplet(Arg anchor, Arg positive, Arg negative, TripletOptions options) {
  constexpr const char* who = "triplet";
  const std::source_location where = anchor.where();
  const Tensor a = anchor.take(), p = positive.take(), n = negative.take();
  require_vectors(who, a, p, where);
  require_vectors(who, a, n, where);
  require_vectors(who, p, n, where);
  const auto distance = [&](const Tensor& x, const Tensor& y) {
    return pairwise_distance({x, where}, {y, where}, options.ord, options.eps);
  };
  const Tensor far = options.swap ? minimum(distance(a, n), distance(p, n)) : distance(a, n);
  return reduced(who, relu(distance(a, p) - far + options.margin), options.reduction, where);
}

Tensor ntxent(Arg x, Arg y, double temperature, Reduction reduction) {
  constexpr const char* who = "ntxent";
  const std::source_location where = x.where();
  detail::require_positive(who, "the temperature", temperature, where);
  const Tensor left = x.take(), right = y.take();
  if (left.rank() != 2 || left.shape() != right.shape())
    throw ShapeError(fmt::format("{}: x is {}, y is {}; they must be matrices of one shape, [n, d]", who, to_string(left.shape()),
                                 to_string(right.shape())),
                     where);
  const Tensor all = normalize(concat({left, right}, 0, where), {.axes = -1, .eps = 1e-8});
  const Index count = left.size(0);
  const Tensor places = arange(2 * count);
  const Tensor self = equal(reshape(places, {-1, 1}), places);
  const Tensor logits = descent::where(self, -HUGE_VAL, matmul(all, all, {.transpose_b = true}) / temperature);
  return cross_entropy({logits, where}, roll(places, count, 0), {.reduction = reduction});
}

}  // namespace descent::inline v1::nn
