#pragma once

#include <source_location>
#include <vector>

#include <descent/autodiff/ops/ops.hpp>

// More rearrangements (see shape.hpp), made of reshape, permute, slice and take; and tensors made of coordinates. Dtypes stay; derivatives
// of any order.

namespace descent::inline v1 {

/// Turned by quarters from axis `first` towards axis `second`; a negative count the other way.   throws ShapeError: the axes are one
Tensor rot90(Arg x, Index times = 1, Index first = 0, Index second = 1);

/// The windows of `size` elements along an axis, `step` apart, each on a new last axis. What is left at the end is not shown.
///
/// shape   [a, n, b] -> [a, (n - size) / step + 1, b, size] for axis 1
/// grad    windows that overlap add up
/// throws  ValueError: size or step < 1; ShapeError: the axis is shorter than a window
Tensor windows(Arg x, Index size, Index step = 1, Index axis = -1);

/// Element i of the axis counts[i] times.   throws ShapeError: not one count for each; ValueError: a negative one
Tensor repeat_interleave(Arg x, const std::vector<Index>& counts, Index axis = 0);

/// x[0], x[1], ... along an axis, which is dropped.
std::vector<Tensor> unbind(Arg x, Index axis = 0);

/// All in the shape that they broadcast to together.   throws ShapeError: they do not
std::vector<Tensor> broadcast_tensors(const std::vector<Tensor>& xs, std::source_location where = std::source_location::current());

/// Coordinates on a grid: result i is xs[i], spread along axis i, at every point.
/// shape   [n], [m], ... -> [n, m, ...] each   throws ShapeError: one of them has more than one axis
std::vector<Tensor> meshgrid(const std::vector<Tensor>& xs, std::source_location where = std::source_location::current());

/// Matrices one after the other along the diagonal, 0 elsewhere; a vector is a row.
/// dtype promoted   throws ShapeError: no tensor, or more than two axes
Tensor block_diag(const std::vector<Tensor>& blocks, std::source_location where = std::source_location::current());

/// Ones where column - row <= diagonal.   shape [rows, columns]   throws ShapeError: a negative size
Tensor tri(Index rows, Index columns, Index diagonal = 0, Dtype dtype = f32);

struct LogspaceOptions {
  double base = 10;
  Dtype dtype = f32;
};
/// `count` points from base^start to base^stop, both included, a constant factor apart.   throws ValueError: count < 0, base not above 0
Tensor logspace(double start, double stop, Index count, LogspaceOptions options = {},
                std::source_location where = std::source_location::current());

}  // namespace descent::inline v1
