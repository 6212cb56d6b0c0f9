#pragma once

#include <functional>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/nn/loss.hpp>
#include <descent/tests/conformance/value.hpp>

// The producer's way of saying things, in descent's terms: what rows of the table have in common.

namespace descent::conformance {

// ---------------------------------------------------------------- options

/// The axes of an argument; all where it is None, empty, or x is 0-d (the producer lets one name an axis of it).
Axes axes_of(const Tensor& x, const Args& a, std::size_t place, std::string_view name = "dim");
KeepAxes keep_of(const Args& a, std::size_t place = 99);
/// A list of sizes, or sizes as separate arguments from `place` on; -1 computed as reshape does.
Shape sizes_of(const Tensor& x, const Args& a, std::size_t place);
/// Sizes where -1 stands for x's own, aligned at the end.
Shape expanded_sizes(const Tensor& x, const Args& a, std::size_t place);
nn::Reduction reduction_of(const Args& a);
/// Losses of elements, as the option `reduction` asks.
Tensor reduced(const Tensor& losses, const Args& a);

// ---------------------------------------------------------------- shapes

inline Tensor number(double value) { return scalar(value, f64); }
/// 0-d as [1]; 1-d as a row; a matrix with a last axis of 1.
Tensor at_least_1d(const Tensor& x);
Tensor at_least_2d(const Tensor& x);
Tensor at_least_3d(const Tensor& x);
/// What was computed of at_least_1d(x), 0-d again where x is.
Tensor like_rank(const Tensor& x, const Tensor& result);
/// Without those of the axes that have size 1.
Tensor squeezed(const Tensor& x, const std::vector<Index>& axes);
/// x[start:stop:step] on one axis, x[position] on one axis.
Tensor sliced(const Tensor& x, Index axis, Slice slice);
Tensor chosen(const Tensor& x, Index axis, Index position);
/// Pieces of one axis that end at these positions, and what is left.
Tensors pieces(const Tensor& x, Index axis, const std::vector<Index>& ends);
/// As many equal pieces as argument 1 says, longer ones first, or pieces that end at its positions.
Tensors pieces(const Tensor& x, Index axis, const Args& a);
/// Axis from[i] comes to place to[i]; the others stay in order.
Tensor moved(const Tensor& x, const std::vector<Index>& from, const std::vector<Index>& to);
/// Widths in pairs, the last axis first.
Tensor padded(const Tensor& x, const std::vector<Index>& widths, const Tensor& value);
Tensor padded(const Tensor& x, const std::vector<Index>& widths, PadMode mode);
Tensors broadcast_all(const Tensors& xs);
Tensors grid(const Tensors& xs, bool xy);
/// All choices of `size` elements of x in order, as rows.
Tensor combinations(const Tensor& x, Index size, bool repeated);
/// Every element as often as the option `repeats` says.
Tensor repeated(const Args& a);

// ---------------------------------------------------------------- positions: i64 numbers of elements in row-major order

/// The positions that a view of x shows.
using View = std::function<Tensor(const Tensor&)>;
Tensor positions(const Tensor& x, const View& view);
Tensor strided_positions(const std::vector<Index>& sizes, const std::vector<Index>& strides, Index offset);
/// x with src's elements in their places, or added there. requires for written: no position twice
Tensor written(const Tensor& x, const Tensor& positions, const Tensor& src);
Tensor added(const Tensor& x, const Tensor& positions, const Tensor& src);
/// x's elements at an index that may be smaller than x on the other axes.
Tensor gathered(const Tensor& x, Index axis, const Tensor& index);
/// The sum or mean of what comes to each position, with x's own element or without.
Tensor accumulated(const Tensor& x, const Tensor& positions, const Tensor& src, const Args& a, bool mean);
/// x[key] as the producer's indexing does it, key a list of numbers, slices, lists and tensors.
Tensor item_of(const Tensor& x, const Args& a);

// ---------------------------------------------------------------- mathematics

Tensor bilinear(const Tensor& x, const Tensor& y, const Tensor& weight, const Tensor& bias);
Tensor plus(const Tensor& x, const Tensor& maybe);
/// "fro", "nuc", 1, 2, infinity and their negatives.
Tensor matrix_norm(const Tensor& x, const Value* ord, Index first, Index second, KeepAxes keep);
/// Of a vector, a matrix or everything, by what is given.
Tensor any_norm(const Args& a);
Tensor renormed(const Tensor& x, double ord, Index axis, double most);
using Spread = Tensor (*)(Arg, Axes, double, KeepAxes);
/// var or std with the option unbiased or correction.
Tensor spread(Spread f, const Args& a);
/// The nth difference of x with what goes before and behind it.
Tensor differences(const Tensor& x, Index n, Index axis, const Tensor& before, const Tensor& behind);
Tensor trapezoid(const Args& a);
/// softmax(q k^T / sqrt(d) + mask) v. throws Later for dropout
Tensor attention(const Args& a);

}  // namespace descent::conformance
