#pragma once

#include <vector>

#include <descent/autodiff/tensor/arg.hpp>

// The primitives under convolution, pooling and resampling. What one calls is made of them: functions/convolution.hpp, pooling.hpp,
// interpolation.hpp, grid_sample.hpp, patches.hpp.

namespace descent::inline v1 {

struct Op;
struct ValuesAndIndices;

extern const Op convolve_op, convolve_input_adjoint_op, convolve_weight_adjoint_op, resample_op, window_max_op;

/// How windows slide: one entry for each of the 1 to 3 spatial axes, which are the last. Tap j of window q is at
/// q * stride - before + j * dilation; outside there are zeros. Negative margins leave elements at the ends out.
struct ConvolutionForm {
  std::vector<Index> stride, before, after, dilation;
  Index groups = 1;
};

/// y[n, o, q] = sum over c and j of w[o, c, j] x[n, c, window q's tap j], within each group of channels.
///
/// shape   x: [n, groups c, in...]   w: [groups o, c, taps...]   ->   [n, groups o, out...] with as many windows as fit
/// dtype   promoted, floating
/// grad    of any order: the three are each other's derivatives
/// cost    2 flops for each tap, window and pair of channels of a group; memory for a padded example a thread, no matrix of windows
/// edge    no channel, no example: zeros, and so are all cotangents
/// throws  ShapeError: ranks, channels or groups that do not fit, a window larger than the padded input; ValueError: a stride, dilation or
///         number of groups below 1
Tensor convolve(Arg x, Arg w, const ConvolutionForm& form);
/// Its adjoint in x, of an input with these sizes: the transposed convolution.   throws as convolve; ShapeError: y is not what x would give
Tensor convolve_input_adjoint(Arg y, Arg w, const ConvolutionForm& form, std::vector<Index> in);
/// Its adjoint in w, of windows with so many taps.   throws as convolve_input_adjoint
Tensor convolve_weight_adjoint(Arg x, Arg y, const ConvolutionForm& form, std::vector<Index> taps);

/// A matrix that is 0 but for one run in each row: row q has `count[q]` weights from column `first[q]` on, one row after the other.
/// requires of resample: runs begin and end no earlier than the one before
struct Bands {
  Index columns = 0;
  std::vector<Index> first, count;
  std::vector<double> weights;
};
/// Such a matrix times x along an axis: y[a, q, b] = sum over k of m[q, k] x[a, k, b]. What is outside a run is not read, so an infinity
/// or NaN reaches the rows that weigh it only. Pooling by means and interpolation are this, an axis at a time.
///
/// shape   x: [a, columns, b]   ->   [a, rows, b]
/// dtype   x's, floating (integers as f32); the weights are rounded to it
/// cost    2 flops a weight and column of x; a sum is one chain
/// throws  ShapeError: x has another number of columns; ValueError: runs that leave the columns, that go backwards, or weights missing
Tensor resample(Arg x, const Bands& matrix, Index axis);

/// Windows of whatever width and place on the last axes, 1 to 3 of them: window q of axis a has taps first + j * dilation for j < count.
struct WindowList {
  std::vector<Index> windows;       ///< how many, of each axis
  std::vector<Index> dilation;      ///< of each axis
  std::vector<Index> first, count;  ///< of each window: those of the first axis, then those of the next
};
/// The greatest element of each window, and its position among the elements of the last axes in row-major order; a NaN if there is one.
///
/// shape   x: [..., in...]   ->   [..., windows...] both
/// dtype   values x's, indices i64
/// edge    the first of those that tie, and the first NaN, gets the whole cotangent
/// throws  ShapeError: fewer axes than windows, a list that is not complete; IndexError: a tap outside x; ValueError: a window without tap
ValuesAndIndices window_max(Arg x, const WindowList& list);

}  // namespace descent::inline v1
