#include <descent/autodiff/functions/scatter.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/ops/indices.hpp>

namespace descent::inline v1 {
namespace {

using Scatter = Tensor (*)(Arg, Arg, Index, Index);

/// 0, 1, ... along one axis of a shape.
Tensor places_along(const Shape& shape, int axis) {
  Shape line;
  for (int i = 0; i < shape.rank(); ++i) line = line.inserted(i, i == axis ? shape[i] : 1);
  return broadcast_to(reshape(arange(shape[axis]), line), shape);
}

/// `count` positions of the axis from `start` on.
Tensor section(const Tensor& x, int axis, Index start, Index count) {
  std::vector<Index> starts(static_cast<std::size_t>(x.rank()), 0);
  starts[static_cast<std::size_t>(axis)] = start;
  return slice(x, starts, std::vector<Index>(starts.size(), 1), x.shape().with(axis, count));
}

/// The indices as i64 from 0 on.   throws DtypeError, IndexError
Tensor counted_from_front(const char* who, const Tensor& index, const Shape& whole, int axis) {
  raw::check_index_dtype(who, index.dtype());
  const Tensor positions = cast(index, i64);
  const Index n = whole[axis];
  if (!positions.abstract()) {
    const auto list = positions.data<std::int64_t>();
    for (std::size_t i = 0; i < list.size(); ++i)
      if (list[i] < -n || list[i] >= n) raw::check_positions(who, positions, static_cast<Index>(i), whole, axis);
  }
  return where(positions < 0, positions + n, positions);
}

/// x, indices and what comes, checked for the forms that put the latter into x.
struct Meeting {
  std::source_location where;
  Tensor x, index, src;
  int axis;

  /// rows: the index has one entry for a row of src, and is spread out.
  Meeting(const char* who, Arg into, Arg at, Arg from, Index on, bool rows)
      : where(into.where()),
        x(into.take()),
        index(at.take()),
        src(from.take()),
        axis(located(where, [&] { return checked_axis(who, on, x.rank()); })) {
    const Shape shape = x.shape();
    if (rows) {
      if (index.rank() != 1 || src.shape() != shape.with(axis, index.numel()))
        throw ShapeError(std::string(who) + ": x is " + to_string(shape) + ", the indices are " + to_string(index.shape()) + ", src is " +
                             to_string(src.shape()) + "; the indices must be 1-d and src " + to_string(shape.with(axis, index.numel())),
                         where);
      Shape column;
      for (int i = 0; i < shape.rank(); ++i) column = column.inserted(i, i == axis ? index.numel() : 1);
      index = broadcast_to(reshape(index, column), src.shape());
    } else if (index.rank() != shape.rank() || index.shape().with(axis, shape[axis]) != shape || src.shape() != index.shape()) {
      throw ShapeError(std::string(who) + ": x is " + to_string(shape) + ", the indices are " + to_string(index.shape()) + ", src is " +
                           to_string(src.shape()) + "; indices and src must have one shape, x's but for axis " + std::to_string(axis),
                       where);
    }
    index = located(where, [&] { return counted_from_front(who, index, shape, axis); });
  }
  Index size() const { return x.size(axis); }
  /// How many come to each place.
  Tensor counts() const { return scatter_sum(ones_like(index), index, size(), axis); }
};

Tensor met(const Meeting& m, ScatterOptions options) {
  if (m.src.numel() == 0) return cast(m.x, promote(m.x.dtype(), m.src.dtype()));
  const bool own = options.include_x;
  if (options.by == ScatterBy::max || options.by == ScatterBy::min) {
    const Scatter best = options.by == ScatterBy::max ? &scatter_max : &scatter_min;
    if (own) return best(concat({m.x, m.src}, m.axis), concat({places_along(m.x.shape(), m.axis), m.index}, m.axis), m.size(), m.axis);
    return where(m.counts() > 0, best(m.src, m.index, m.size(), m.axis), m.x);
  }
  if (options.by == ScatterBy::prod) {
    const Tensor product = scatter_prod(m.src, m.index, m.size(), m.axis);
    return own ? m.x * product : where(m.counts() > 0, product, m.x);
  }
  const Tensor total = scatter_sum(m.src, m.index, m.size(), m.axis);
  const Tensor together = own ? m.x + total : where(m.counts() > 0, total, m.x);
  return options.by == ScatterBy::sum ? together : together / maximum(own ? m.counts() + 1 : m.counts(), 1);
}

/// A scatter of rows: the index is spread out over them.
Tensor by_segment(const char* who, Scatter scatter, Arg x, Arg index, Index count, Index axis) {
  const Given given(std::move(x));
  const Tensor rows = index.take();
  const Shape shape = given.x.shape();
  const int on = given.axis(who, axis);
  if (count < 0) throw ValueError(std::string(who) + ": " + std::to_string(count) + " segments; the count must be 0 or more", given.where);
  Shape merged, column;
  bool fits = on + rows.rank() <= shape.rank();
  for (int i = 0; fits && i < rows.rank(); ++i) fits = rows.size(i) == shape[on + i];
  if (!fits)
    throw ShapeError(std::string(who) + ": the indices are " + to_string(rows.shape()) + ", x is " + to_string(shape) + "; from axis " +
                         std::to_string(on) + " on x's sizes must be those of the indices",
                     given.where);
  for (int i = 0; i < shape.rank(); ++i) {
    if (i == on) {
      merged = merged.inserted(merged.rank(), rows.numel());
      column = column.inserted(column.rank(), rows.numel());
    }
    if (i >= on && i < on + rows.rank()) continue;
    merged = merged.inserted(merged.rank(), shape[i]);
    column = column.inserted(column.rank(), 1);
  }
  return located(given.where, [&] {
    const Tensor places = counted_from_front(who, rows, merged.with(on, count), on);
    return scatter(reshape(given.x, merged), broadcast_to(reshape(places, column), merged), count, on);
  });
}

}  // namespace

Tensor scatter(Arg x, Arg index, Arg src, Index axis) {
  const Meeting m("scatter", std::move(x), std::move(index), std::move(src), axis, false);
  if (m.src.numel() == 0) return cast(m.x, promote(m.x.dtype(), m.src.dtype()));
  const Tensor last = scatter_max(places_along(m.index.shape(), m.axis), m.index, m.size(), m.axis);  // below 0 where nothing comes
  return where(last >= 0, take_along_axis(m.src, maximum(last, 0), m.axis), m.x);
}

Tensor index_copy(Arg x, Arg index, Arg src, Index axis) {
  Meeting m("index_copy", std::move(x), std::move(index), std::move(src), axis, true);
  return scatter({m.x, m.where}, {m.index, m.where}, {m.src, m.where}, m.axis);
}

Tensor slice_scatter(Arg x, Arg src, std::initializer_list<AxisSlice> axes) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  const Tensor part = slice({reshape(arange(shape.numel()), shape), given.where}, axes);  // where in row-major order
  const Tensor in = src.is_number() ? src.number().as(src.number().meet(given.x.dtype())) : src.take();
  if (!broadcasts(in.shape(), part.shape()) || broadcast("slice_scatter", in.shape(), part.shape()) != part.shape())
    throw ShapeError("slice_scatter: src is " + to_string(in.shape()) + "; it must broadcast to the slice of " + to_string(shape) + ", " +
                         to_string(part.shape()),
                     given.where);
  const Tensor flat = reshape(broadcast_to(in, part.shape()), {-1});
  return reshape(scatter(reshape(given.x, {-1}), reshape(part, {-1}), flat, 0), shape);
}

// In the order of their places, the products so far of each place are one recurrence: p_k = x_k p_(k-1), or x_k where a place begins.
// A factor of 0 there forgets what came before, and absorbs, so NaN are added.
Tensor scatter_prod(Arg x, Arg index, Index count, Index axis) {
  const Given given(std::move(x));
  const Tensor indices = index.take();
  const int on = given.axis("scatter_prod", axis);
  if (count < 0) throw ValueError("scatter_prod: a size of " + std::to_string(count) + "; it must be 0 or more", given.where);
  if (indices.shape() != given.x.shape())
    throw ShapeError("scatter_prod: the indices are " + to_string(indices.shape()) + ", x is " + to_string(given.x.shape()) +
                         "; the shapes must be equal",
                     given.where);
  const Shape shape = located(given.where, [&] { return given.x.shape().with(on, count); });
  const Tensor factors = cast(given.x, promote(f32, given.x.dtype()));
  const Tensor places = located(given.where, [&] { return counted_from_front("scatter_prod", indices, shape, on); });
  if (factors.numel() == 0) return ones(shape, factors.dtype());
  const Index n = factors.size(on);
  const Tensor order = argsort(places, on);
  const Tensor sorted = take_along_axis(places, order, on), x_k = take_along_axis(factors, order, on);
  const Tensor changes = section(sorted, on, 0, n - 1) != section(sorted, on, 1, n - 1);
  const Tensor edge = full(factors.shape().with(on, 1), 1, boolean);
  const Tensor begins = concat({edge, changes}, on), ends = concat({changes, edge}, on);
  const Tensor products = absorbing_recurrence(where(begins, 0, x_k), where(begins, x_k, 0), on);
  const Tensor found = scatter_sum(where(ends, products, 0) + where(isnan(x_k), x_k, 0), sorted, count, on);
  return where(scatter_sum(ones_like(sorted), sorted, count, on) > 0, found, 1);
}

Tensor segment_max(Arg x, Arg index, Index count, Index axis) {
  return by_segment("segment_max", &scatter_max, std::move(x), std::move(index), count, axis);
}
Tensor segment_min(Arg x, Arg index, Index count, Index axis) {
  return by_segment("segment_min", &scatter_min, std::move(x), std::move(index), count, axis);
}
Tensor segment_prod(Arg x, Arg index, Index count, Index axis) {
  return by_segment("segment_prod", &scatter_prod, std::move(x), std::move(index), count, axis);
}

Tensor scatter_reduce(Arg x, Arg index, Arg src, Index axis, ScatterOptions options) {
  return met(Meeting("scatter_reduce", std::move(x), std::move(index), std::move(src), axis, false), options);
}
Tensor index_reduce(Arg x, Arg index, Arg src, Index axis, ScatterOptions options) {
  return met(Meeting("index_reduce", std::move(x), std::move(index), std::move(src), axis, true), options);
}

}  // namespace descent::inline v1
