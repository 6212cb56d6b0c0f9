#pragma once

#include <string>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/linalg.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

// What the ops on matrices, the last two axes of a tensor, share.

namespace descent::inline v1::raw {

// ---------------------------------------------------------------- shapes

inline Shape batch_of(const Shape& x) { return Shape(x.sizes().first(static_cast<std::size_t>(x.rank() - 2))); }
inline Shape of_matrices(const Shape& batch, Index m, Index n) { return batch.inserted(batch.rank(), m).inserted(batch.rank() + 1, n); }
/// x in the order of its memory as [batch, m, n].
inline Index count_of(const Shape& x) { return batch_of(x).numel(); }

constexpr Dtype floating(Dtype dtype) { return is_floating(dtype) ? dtype : f32; }
inline Tensor as_floating(Tensor x) {
  const Dtype dtype = floating(x.dtype());
  return converted(std::move(x), dtype);
}

/// throws ShapeError: fewer than two axes, more rows or columns than LAPACK takes
inline void check_matrix(const char* who, const Shape& x, Index most = kernels::kMostRows, const char* name = "x") {
  const auto is = [&] { return std::string(who) + ": " + name + " is " + to_string(x); };
  if (x.rank() < 2) throw ShapeError(is() + "; a matrix needs two axes or more");
  if (x.back(0) > most || x.back(1) > most)
    throw ShapeError(is() + "; a matrix may have at most " + std::to_string(most) + " rows and columns");
}
/// throws ShapeError: as above, or not square
inline void check_square(const char* who, const Shape& x, Index most = kernels::kMostRows, const char* name = "x") {
  check_matrix(who, x, most, name);
  if (x.back(0) != x.back(1))
    throw ShapeError(std::string(who) + ": " + name + " is " + to_string(x) + "; the last two sizes must be equal");
}

/// "cholesky: x", "cholesky: matrix 2 of the batch".
inline std::string which_matrix(const char* who, Index matrix, const Shape& x) {
  return std::string(who) + (x.rank() == 2 ? ": x" : ": matrix " + std::to_string(matrix) + " of the batch");
}
/// throws ValueError: eigenvalues or singular values were not found
inline void check_converged(const char* who, const kernels::Failure& failure, const Shape& x) {
  if (failure.matrix >= 0)
    throw ValueError(which_matrix(who, failure.matrix, x) + ": the iteration did not converge; scale the matrix, or change it a little");
}

// ---------------------------------------------------------------- parts of matrices, with public ops

inline Tensor places(Index n, bool columns) { return reshape(arange(n), columns ? Shape{1, n} : Shape{n, 1}); }

inline Tensor lower_part(const Tensor& x, bool strict) {
  const Tensor row = places(x.shape().back(1), false), column = places(x.shape().back(0), true);
  return where(strict ? column < row : column <= row, x, 0.0);
}
inline Tensor upper_part(const Tensor& x, bool strict) {
  const Tensor row = places(x.shape().back(1), false), column = places(x.shape().back(0), true);
  return where(strict ? row < column : row <= column, x, 0.0);
}
/// x on the diagonal, 0 elsewhere, and with what is elsewhere cut off.
inline Tensor on_diagonal(const Tensor& x) { return where(places(x.shape().back(1), false) == places(x.shape().back(0), true), x, 0.0); }
inline Tensor off_diagonal(const Tensor& x) { return where(places(x.shape().back(1), false) == places(x.shape().back(0), true), 0.0, x); }

/// [..., n] as [..., 1, n] or [..., n, 1]
inline Tensor as_row(const Tensor& x) { return reshape(x, x.shape().inserted(x.rank() - 1, 1)); }
inline Tensor as_column(const Tensor& x) { return reshape(x, x.shape().inserted(x.rank(), 1)); }

/// (x - x^T) / 2
inline Tensor skew_part(const Tensor& x) { return 0.5 * (x - transpose(x)); }

/// Some of the columns of the last axis, or of the rows of the one before it.
inline Tensor part(const Tensor& x, int axis_from_end, Index from, Index count) {
  const auto rank = static_cast<std::size_t>(x.rank());
  std::vector<Index> start(rank, 0), step(rank, 1);
  const std::size_t axis = rank - 1 - static_cast<std::size_t>(axis_from_end);
  start[axis] = from;
  return slice(x, start, step, x.shape().with(static_cast<int>(axis), count));
}

}  // namespace descent::inline v1::raw
