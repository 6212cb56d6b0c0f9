#include <descent/autodiff/functions/indexing.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {

Tensor at(Arg x, Index i) { return slice(std::move(x), {i}); }

Tensor index_add(Arg x, Arg index, Arg src, Index axis) {
  const std::source_location where = x.where();
  const Tensor base = x.take();
  const Tensor positions = index.take();
  const int on = located(where, [&] { return checked_axis("index_add", axis, base.rank()); });
  const Shape wanted = base.shape().with(on, positions.numel());
  if (positions.rank() != 1 || src.tensor().shape() != wanted)
    throw ShapeError("index_add: x is " + to_string(base.shape()) + ", the indices are " + to_string(positions.shape()) + ", src is " +
                         to_string(src.tensor().shape()) + "; the indices must be 1-d and src " + to_string(wanted),
                     where);
  return base + segment_sum({src.take(), where}, {positions, where}, base.size(on), on);
}

Tensor scatter_add(Arg x, Arg index, Arg src, Index axis) {
  const std::source_location where = x.where();
  const Tensor base = x.take();
  const Tensor positions = index.take();
  const int on = located(where, [&] { return checked_axis("scatter_add", axis, base.rank()); });
  if (positions.rank() != base.rank() || positions.shape().with(on, base.size(on)) != base.shape() ||
      src.tensor().shape() != positions.shape())
    throw ShapeError("scatter_add: x is " + to_string(base.shape()) + ", the indices are " + to_string(positions.shape()) + ", src is " +
                         to_string(src.tensor().shape()) + "; indices and src must have one shape, x's but for axis " + std::to_string(on),
                     where);
  return base + scatter_sum({src.take(), where}, {positions, where}, base.size(on), on);
}

Tensor masked_select(Arg x, Arg mask) {
  const std::source_location where = x.where();
  const Tensor values = x.take();
  const Tensor truth = mask.take();
  if (truth.abstract())
    throw AbstractError(
        "masked_select: the size of the result depends on the values of the mask, which is abstract because a function is being traced; "
        "use where(mask, x, 0), or take at nonzero(mask, {.size = n})",
        where);
  const Shape shape = located(where, [&] { return broadcast("masked_select", values.shape(), truth.shape()); });
  const Tensor flags = reshape(broadcast_to(cast(truth, boolean), shape), {-1});
  return take(reshape(broadcast_to(values, shape), {-1}), reshape(nonzero(flags), {-1}));
}

Tensor embedding(Arg weights, Arg ids, EmbeddingOptions options) {
  const std::source_location where = weights.where();
  const Tensor chosen = ids.take();
  Tensor rows = take(std::move(weights), {chosen, where}, 0);
  if (!options.padding) return rows;
  Shape per_row = chosen.shape();
  while (per_row.rank() < rows.rank()) per_row = per_row.inserted(per_row.rank(), 1);
  return descent::where(reshape(equal(chosen, *options.padding), per_row), stop_gradient(rows), rows);
}

}  // namespace descent::inline v1
