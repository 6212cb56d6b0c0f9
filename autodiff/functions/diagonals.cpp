#include <descent/autodiff/functions/diagonals.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {
namespace {

/// True where column - row <= offset.
Tensor below_diagonal(const Shape& shape, Index offset) {
  const Tensor rows = reshape(arange(shape.back(1)), {-1, 1});
  return less_equal(arange(shape.back(0)), rows + offset);
}

Shape require_matrix(const char* who, const Shape& shape, std::source_location where) {
  if (shape.rank() < 2) throw ShapeError(std::string(who) + ": x is " + to_string(shape) + "; it needs two axes or more", where);
  return shape;
}

}  // namespace

Tensor tril(Arg x, Index diagonal) {
  const Given given(std::move(x));
  return where(below_diagonal(require_matrix("tril", given.x.shape(), given.where), diagonal), given.arg(), 0);
}

Tensor triu(Arg x, Index diagonal) {
  const Given given(std::move(x));
  return where(below_diagonal(require_matrix("triu", given.x.shape(), given.where), diagonal - 1), 0, given.arg());
}

Tensor diagonal(Arg x, Index offset, Index axis1, Index axis2) {
  const Given given(std::move(x));
  const int rank = require_matrix("diagonal", given.x.shape(), given.where).rank();
  const int row = given.axis("diagonal", axis1);
  const int column = given.axis("diagonal", axis2);
  if (row == column)
    throw ShapeError("diagonal: axis1 and axis2 are both axis " + std::to_string(row) + "; a diagonal needs two", given.where);
  const bool last = row == rank - 2 && column == rank - 1;
  const Tensor matrices = last ? given.x : moveaxis(moveaxis(given.x, row, -1), column > row ? column - 1 : column, -1);
  const Shape shape = matrices.shape();
  const Index rows = shape.back(1), columns = shape.back(0);
  const Index count = std::max<Index>(std::min(rows + std::min<Index>(offset, 0), columns - std::max<Index>(offset, 0)), 0);
  std::vector<Index> start(static_cast<std::size_t>(rank - 1), 0), step(start.size(), 1);
  if (count > 0) start.back() = offset >= 0 ? offset : -offset * columns;
  step.back() = columns + 1;
  const Shape flat = shape.without(rank - 1).with(rank - 2, rows * columns);
  return slice(reshape(matrices, flat), start, step, flat.with(rank - 2, count));
}

Tensor diag_embed(Arg x, Index offset) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  if (shape.rank() == 0) throw ShapeError("diag_embed: x is 0-d; it needs an axis to put on a diagonal", given.where);
  const int last = shape.rank() - 1;
  const Index size = shape.back() + std::abs(offset);
  std::vector<Index> start(static_cast<std::size_t>(shape.rank()), 0), step(start.size(), 1);
  start.back() = offset >= 0 ? offset : -offset * size;
  step.back() = size + 1;
  const Shape flat = located(given.where, [&] { return shape.with(last, checked_product("diag_embed", size, size)); });
  return reshape(place(given.arg(), start, step, flat), flat.with(last, size).inserted(last + 1, size));
}

Tensor trace(Arg x, Index offset, Index axis1, Index axis2) { return sum(diagonal(std::move(x), offset, axis1, axis2), -1); }

}  // namespace descent::inline v1
