#include <descent/autodiff/functions/shape.hpp>

#include <algorithm>
#include <numeric>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
namespace {

bool in(unsigned mask, int axis) { return (mask >> axis & 1U) != 0; }

/// `count` positions from `start` along one axis.
Tensor part(const Tensor& x, int axis, Index start, Index count) {
  std::vector<Index> starts(static_cast<std::size_t>(x.rank()), 0);
  starts[static_cast<std::size_t>(axis)] = start;
  return slice(x, starts, std::vector<Index>(starts.size(), 1), x.shape().with(axis, count));
}

void require_paddings(const Given& x, const std::vector<Padding>& widths) {
  if (widths.size() != static_cast<std::size_t>(x.x.rank()))
    throw ShapeError("pad: " + std::to_string(widths.size()) + " paddings for " + to_string(x.x.shape()) + "; give one for each of its " +
                         std::to_string(x.x.rank()) + " axes",
                     x.where);
}

/// Which of n elements stands at a position, which may lie outside.   requires: n > 0
Index continued(Index at, Index n, PadMode mode) {
  const auto modulo = [at](Index period) { return (at % period + period) % period; };
  if (mode == PadMode::replicate) return std::clamp<Index>(at, 0, n - 1);
  if (mode == PadMode::circular || n == 1) return modulo(n);
  const Index period = mode == PadMode::reflect ? 2 * (n - 1) : 2 * n, image = modulo(period);
  return image < n ? image : mode == PadMode::reflect ? period - image : period - 1 - image;
}

/// The elements before an axis, on it and after it.
Shape around_axis(const Shape& x, int axis) {
  Index before = 1, after = 1;
  for (int i = 0; i < x.rank(); ++i)
    if (i != axis) (i < axis ? before : after) *= x[i];
  return {before, x[axis], after};
}

}  // namespace

Tensor squeeze(Arg x, Axes axes) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  const unsigned mask = located(given.where, [&] { return axes.mask("squeeze", shape.rank()); });
  Shape result;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const bool drops = in(mask, axis) && (shape[axis] == 1 || !axes.all());
    if (drops && shape[axis] != 1)
      throw ShapeError("squeeze: axis " + std::to_string(axis) + " of " + to_string(shape) + " has size " + std::to_string(shape[axis]) +
                           "; only axes of size 1 can be dropped",
                       given.where);
    if (!drops) result = result.inserted(result.rank(), shape[axis]);
  }
  return reshape(given.arg(), result);
}

Tensor expand_dims(Arg x, Axes axes) {
  const Given given(std::move(x));
  if (axes.all()) throw IndexError("expand_dims: no axes were named; say where the new ones go", given.where);
  const int rank = given.x.rank() + static_cast<int>(axes.listed().size());
  const unsigned mask = located(given.where, [&] { return axes.mask("expand_dims", rank); });
  Shape result = given.x.shape();
  for (int axis = 0; axis < rank; ++axis)
    if (in(mask, axis)) result = located(given.where, [&] { return result.inserted(axis, 1); });
  return reshape(given.arg(), result);
}

Tensor flatten(Arg x, Index first, Index last) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  if (shape.rank() == 0) return reshape(given.arg(), Shape{1});
  const int from = given.axis("flatten", first);
  const int to = given.axis("flatten", last);
  if (from > to)
    throw IndexError("flatten: the axes from " + std::to_string(first) + " to " + std::to_string(last) + " of " + to_string(shape) +
                         " are none; name the first one first",
                     given.where);
  Shape result = shape;
  for (int axis = from; axis < to; ++axis) result = result.with(from, result[from] * result[from + 1]).without(from + 1);
  return reshape(given.arg(), result);
}

Tensor moveaxis(Arg x, Index from, Index to) {
  const Given given(std::move(x));
  const int source = given.axis("moveaxis", from);
  const int target = given.axis("moveaxis", to);
  std::vector<Index> order(static_cast<std::size_t>(given.x.rank()));
  std::iota(order.begin(), order.end(), Index{0});
  order.erase(order.begin() + source);
  order.insert(order.begin() + target, source);
  return permute(given.arg(), Axes(std::span<const Index>(order)));
}

Tensor stack(const std::vector<Tensor>& xs, Index axis, std::source_location where) {
  if (xs.empty()) throw ShapeError("stack: no tensors were given; it needs at least one", where);
  const Shape shape = xs[0].shape();
  const int at = located(where, [&] { return checked_axis("stack", axis, shape.rank() + 1); });
  std::vector<Tensor> rows;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (xs[i].shape() != shape)
      throw ShapeError("stack: input " + std::to_string(i) + " is " + to_string(xs[i].shape()) + ", input 0 is " + to_string(shape) +
                           "; the shapes must be equal",
                       where);
    rows.push_back(reshape({xs[i], where}, located(where, [&] { return shape.inserted(at, 1); })));
  }
  return concat(std::move(rows), at, where);
}

std::vector<Tensor> split_sizes(Arg x, const std::vector<Index>& sizes, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis("split_sizes", axis);
  const Index size = given.x.size(at);
  Index start = 0;
  std::vector<Tensor> pieces;
  for (const Index count : sizes) {
    if (count < 0 || count > size - start)
      throw ShapeError("split_sizes: piece " + std::to_string(pieces.size()) + " of size " + std::to_string(count) + " from position " +
                           std::to_string(start) + " leaves axis " + std::to_string(at) + " of " + to_string(given.x.shape()),
                       given.where);
    pieces.push_back(part(given.x, at, start, count));
    start += count;
  }
  if (start != size)
    throw ShapeError("split_sizes: the sizes add up to " + std::to_string(start) + "; axis " + std::to_string(at) + " of " +
                         to_string(given.x.shape()) + " has " + std::to_string(size),
                     given.where);
  return pieces;
}

std::vector<Tensor> split(Arg x, Index sections, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis("split", axis);
  const Index size = given.x.size(at);
  if (sections < 1 || size % sections != 0)
    throw ShapeError("split: axis " + std::to_string(at) + " of " + to_string(given.x.shape()) + " cannot be cut into " +
                         std::to_string(sections) + " equal pieces; use split_sizes or chunk",
                     given.where);
  return split_sizes(given.arg(), std::vector<Index>(static_cast<std::size_t>(sections), size / sections), at);
}

std::vector<Tensor> chunk(Arg x, Index count, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis("chunk", axis);
  if (count < 1) throw ValueError("chunk: " + std::to_string(count) + " pieces; there must be at least 1", given.where);
  const Index size = given.x.size(at);
  const Index piece = std::max<Index>((size - 1) / count + 1, 1);
  std::vector<Index> sizes;
  for (Index start = 0; start < size; start += piece) sizes.push_back(std::min(piece, size - start));
  if (sizes.empty()) sizes.push_back(0);
  return split_sizes(given.arg(), sizes, at);
}

Tensor pad(Arg x, const std::vector<Padding>& widths, Arg value) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  const auto rank = static_cast<std::size_t>(shape.rank());
  require_paddings(given, widths);
  const std::vector<Index> step(rank, 1);
  std::vector<Index> cut(rank), shift(rank);
  Shape kept = shape, whole = shape;
  for (std::size_t a = 0; a < rank; ++a) {
    const auto [before, after] = widths[a];
    const int axis = static_cast<int>(a);
    cut[a] = std::max<Index>(-before, 0);
    shift[a] = std::max<Index>(before, 0);
    const Index left = shape[axis] - cut[a] - std::max<Index>(-after, 0);
    if (left < 0)
      throw ShapeError("pad: {" + std::to_string(before) + ", " + std::to_string(after) + "} cuts off more than axis " + std::to_string(a) +
                           " of " + to_string(shape) + " has",
                       given.where);
    kept = kept.with(axis, left);
    whole = located(given.where, [&] { return whole.with(axis, left + shift[a] + std::max<Index>(after, 0)); });
  }
  const Tensor inside = kept == shape ? given.x : slice(given.x, cut, step, kept);
  Tensor padded = place(inside, shift, step, whole);
  if (value.is_number() && value.number().real == 0) return padded;
  return where(place(full(kept, 1, boolean), shift, step, whole), std::move(padded), std::move(value));
}

Tensor pad(Arg x, const std::vector<Padding>& widths, PadMode mode) {
  const Given given(std::move(x));
  Tensor result = given.x;
  require_paddings(given, widths);
  for (std::size_t a = 0; a < widths.size(); ++a) {
    const auto [before, after] = widths[a];
    const Index size = result.size(static_cast<Index>(a)), cut = std::max<Index>(-before, 0), n = size - cut - std::max<Index>(-after, 0);
    if (before == 0 && after == 0) continue;
    if (n < 0)
      throw ShapeError("pad: {" + std::to_string(before) + ", " + std::to_string(after) + "} cuts off more than axis " + std::to_string(a) +
                           " of " + to_string(given.x.shape()) + " has",
                       given.where);
    if (n == 0 && (before > 0 || after > 0))
      throw ShapeError("pad: axis " + std::to_string(a) + " of " + to_string(given.x.shape()) + " has no element to continue with",
                       given.where);
    std::vector<Index> from;
    for (Index at = -std::max<Index>(before, 0); at < n + std::max<Index>(after, 0); ++at) from.push_back(cut + continued(at, n, mode));
    result = take({std::move(result), given.where}, from_vector(from), static_cast<Index>(a));
  }
  return result;
}

Tensor flip(Arg x, Axes axes) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  const unsigned mask = located(given.where, [&] { return axes.mask("flip", shape.rank()); });
  std::vector<AxisSlice> slices;
  for (int axis = 0; axis < shape.rank(); ++axis) slices.emplace_back(Slice{.step = in(mask, axis) ? -1 : 1});
  return slice(given.arg(), slices);
}

Tensor roll(Arg x, Index shift, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis("roll", axis);
  const Index size = given.x.size(at);
  if (size == 0 || shift % size == 0) return given.x;
  const Index moved = shift % size > 0 ? shift % size : shift % size + size;
  return concat({part(given.x, at, size - moved, moved), part(given.x, at, 0, size - moved)}, at);
}

Tensor roll(Arg x, Index shift) {
  const Given given(std::move(x));
  return reshape(roll(reshape(given.arg(), {-1}), shift, 0), given.x.shape());
}

Tensor tile(Arg x, const std::vector<Index>& counts) {
  const Given given(std::move(x));
  Shape shape = given.x.shape();
  while (shape.rank() < static_cast<int>(counts.size())) shape = located(given.where, [&] { return shape.inserted(0, 1); });
  Tensor result = reshape(given.arg(), shape);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const int axis = shape.rank() - static_cast<int>(counts.size() - i);
    if (counts[i] < 0)
      throw ValueError("tile: axis " + std::to_string(axis) + " " + std::to_string(counts[i]) + " times; a count must be 0 or more",
                       given.where);
    if (counts[i] == 1) continue;
    const Shape form = around_axis(shape, axis);
    shape = located(given.where, [&] { return shape.with(axis, checked_product("tile", shape[axis], counts[i])); });
    result =
        reshape(broadcast_to(reshape(result, Shape{form[0], 1, form[1] * form[2]}), Shape{form[0], counts[i], form[1] * form[2]}), shape);
  }
  return result;
}

Tensor repeat(Arg x, Index count, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis("repeat", axis);
  if (count < 0) throw ValueError("repeat: " + std::to_string(count) + " times; the count must be 0 or more", given.where);
  const Shape shape = given.x.shape();
  const Shape form = around_axis(shape, at);
  const Shape result = located(given.where, [&] { return shape.with(at, checked_product("repeat", shape[at], count)); });
  const Index rows = form[0] * form[1];
  return reshape(broadcast_to(reshape(given.arg(), Shape{rows, 1, form[2]}), Shape{rows, count, form[2]}), result);
}

}  // namespace descent::inline v1
