#include <descent/autodiff/functions/distances.hpp>

#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/norms.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {

Tensor pairwise_distance(Arg x, Arg y, double ord, double eps, KeepAxes keep) {
  const std::source_location where = x.where();
  const Tensor apart = located(where, [&] { return sub(std::move(x), std::move(y)); });
  if (apart.rank() == 0) throw ShapeError("pairwise_distance: x and y are 0-d; they must be vectors", where);
  return norm({apart + eps, where}, ord, -1, keep);
}

Tensor cdist(Arg x, Arg y, double ord) {
  const Given left(std::move(x));
  const Given right(std::move(y));
  if (left.x.rank() < 2 || right.x.rank() < 2 || left.x.size(-1) != right.x.size(-1))
    throw ShapeError(
        "cdist: x is " + to_string(left.x.shape()) + ", y is " + to_string(right.x.shape()) + "; they must be [..., n, d] and [..., m, d]",
        left.where);
  return located(left.where, [&] { return norm(expand_dims(left.x, -2) - expand_dims(right.x, -3), ord, -1); });
}

Tensor pdist(Arg x, double ord) {
  const Given given(std::move(x));
  if (given.x.rank() != 2) throw ShapeError("pdist: x is " + to_string(given.x.shape()) + "; it must be a matrix of rows", given.where);
  std::vector<Index> first, second;
  for (Index i = 0; i < given.x.size(0); ++i)
    for (Index j = i + 1; j < given.x.size(0); ++j) {
      first.push_back(i);
      second.push_back(j);
    }
  return norm({take(given.x, from_vector(first)) - take(given.x, from_vector(second)), given.where}, ord, -1);
}

Tensor cosine_similarity(Arg x, Arg y, Index axis, double eps) {
  const std::source_location where = x.where();
  if (!(eps > 0)) throw ValueError("cosine_similarity: eps is " + std::to_string(eps) + "; it must be more than 0", where);
  const Tensor left = x.take(), right = y.take();
  const Shape shape = located(where, [&] { return broadcast("cosine_similarity", left.shape(), right.shape()); });
  const Index at = located(where, [&] { return checked_axis("cosine_similarity", axis, shape.rank()); });
  const auto unit = [&](const Tensor& z) { return normalize({broadcast_to(z, shape), where}, {.axes = at, .eps = eps}); };
  return sum(unit(left) * unit(right), at);
}

}  // namespace descent::inline v1
