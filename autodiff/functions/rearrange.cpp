#include <descent/autodiff/functions/rearrange.hpp>

#include <cmath>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/diagonals.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {

Tensor rot90(Arg x, Index times, Index first, Index second) {
  const Given given(std::move(x));
  const int from = given.axis("rot90", first);
  const int to = given.axis("rot90", second);
  if (from == to) throw ShapeError("rot90: both axes are axis " + std::to_string(from) + "; a turn needs two", given.where);
  switch ((times % 4 + 4) % 4) {
    case 1: return flip(transpose(given.x, from, to), from);
    case 2: return flip(given.x, {from, to});
    case 3: return flip(transpose(given.x, from, to), to);
    default: return given.x;
  }
}

Tensor windows(Arg x, Index size, Index step, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis("windows", axis);
  if (size < 1 || step < 1)
    throw ValueError("windows: of size " + std::to_string(size) + ", " + std::to_string(step) + " apart; both must be at least 1",
                     given.where);
  const Index length = given.x.size(at);
  if (length < size)
    throw ShapeError("windows: axis " + std::to_string(at) + " of " + to_string(given.x.shape()) + " is shorter than a window of " +
                         std::to_string(size),
                     given.where);
  const Index count = (length - size) / step + 1;
  const Tensor positions = reshape(step * arange(count), {-1, 1}) + arange(size);  // [count, size]
  return located(given.where, [&] { return moveaxis(take(given.x, positions, at), at + 1, -1); });
}

Tensor repeat_interleave(Arg x, const std::vector<Index>& counts, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis("repeat_interleave", axis);
  if (static_cast<Index>(counts.size()) != given.x.size(at))
    throw ShapeError("repeat_interleave: " + std::to_string(counts.size()) + " counts for axis " + std::to_string(at) + " of " +
                         to_string(given.x.shape()) + "; give one for each of its " + std::to_string(given.x.size(at)) + " elements",
                     given.where);
  std::vector<Index> positions;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < 0)
      throw ValueError(
          "repeat_interleave: element " + std::to_string(i) + " " + std::to_string(counts[i]) + " times; a count must be 0 or more",
          given.where);
    positions.insert(positions.end(), static_cast<std::size_t>(counts[i]), static_cast<Index>(i));
  }
  return take(given.x, from_vector(positions), at);
}

std::vector<Tensor> unbind(Arg x, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis("unbind", axis);
  std::vector<AxisSlice> place(static_cast<std::size_t>(at) + 1, AxisSlice(Slice{}));
  std::vector<Tensor> result;
  for (Index i = 0; i < given.x.size(at); ++i) {
    place.back() = AxisSlice(i);
    result.push_back(slice(given.x, place));
  }
  return result;
}

std::vector<Tensor> broadcast_tensors(const std::vector<Tensor>& xs, std::source_location where) {
  Shape shape;
  for (const Tensor& x : xs) shape = located(where, [&] { return broadcast("broadcast_tensors", shape, x.shape()); });
  std::vector<Tensor> result;
  for (const Tensor& x : xs) result.push_back(broadcast_to({x, where}, shape));
  return result;
}

std::vector<Tensor> meshgrid(const std::vector<Tensor>& xs, std::source_location where) {
  std::vector<Tensor> lines;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (xs[i].rank() > 1)
      throw ShapeError("meshgrid: input " + std::to_string(i) + " is " + to_string(xs[i].shape()) + "; it must be 1-d or 0-d", where);
    const Shape line = located(where, [&] { return Shape(std::vector<Index>(xs.size(), 1)).with(static_cast<int>(i), xs[i].numel()); });
    lines.push_back(reshape({xs[i], where}, line));
  }
  return broadcast_tensors(lines, where);
}

Tensor block_diag(const std::vector<Tensor>& blocks, std::source_location where) {
  if (blocks.empty()) throw ShapeError("block_diag: no tensors were given; it needs at least one", where);
  Index columns = 0, column = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].rank() > 2)
      throw ShapeError("block_diag: input " + std::to_string(i) + " is " + to_string(blocks[i].shape()) + "; it must have at most two axes",
                       where);
    columns += blocks[i].rank() == 0 ? 1 : blocks[i].shape().back();
  }
  std::vector<Tensor> rows;
  for (const Tensor& block : blocks) {
    const Shape shape = block.shape();
    const Index width = shape.rank() == 0 ? 1 : shape.back();
    const Tensor matrix = shape.rank() == 2 ? block : reshape({block, where}, Shape{1, width});
    rows.push_back(pad({matrix, where}, {{0, 0}, {column, columns - column - width}}));
    column += width;
  }
  return concat(std::move(rows), 0, where);
}

Tensor tri(Index rows, Index columns, Index diagonal, Dtype dtype) { return cast(tril(ones({rows, columns}, dtype), diagonal), dtype); }

Tensor logspace(double start, double stop, Index count, LogspaceOptions options, std::source_location where) {
  if (!(options.base > 0) || !std::isfinite(options.base))
    throw ValueError("logspace: the base is " + std::to_string(options.base) + "; it must be finite and above 0", where);
  const Tensor powers = located(where, [&] { return linspace(start, stop, count, f64); });
  return cast({pow(options.base, powers), where}, options.dtype);
}

}  // namespace descent::inline v1
