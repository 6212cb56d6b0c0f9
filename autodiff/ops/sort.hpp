#pragma once

#include <optional>

#include <descent/autodiff/tensor/arg.hpp>

// Orders, and the greatest or least of what an index brings together. Sorting itself, medians and the like are made of these, in
// functions/order.hpp and functions/scatter.hpp.

namespace descent::inline v1 {

struct Op;

extern const Op argsort_op, searchsorted_op, scatter_max_op, scatter_min_op;

struct SortForm {
  bool descending = false;       ///< the greatest first
  std::optional<Index> count{};  ///< only so many of the order; all when left out
  Index first = 0;               ///< from this rank on
};
/// The positions along an axis, the last unless named, that put x in order; equal elements stay in theirs. NaN comes last, also
/// descending; -0 equals 0.
///
/// dtype  of x any; i64   no derivative
/// cost   n log n at most; where fewer than a quarter are asked for, n and those sorted
/// throws IndexError: the axis; ValueError: a count below 0 or above the axis, ranks beyond it
Tensor argsort(Arg x, Index axis = -1, SortForm form = {});

enum class Side : bool { left, right };
/// How many elements of an ordered row are less than each value (left), or not greater (right): where it would go. NaN counts as
/// the greatest.
///
/// shape   sorted: [n]   values: any, or sorted: [..., n]   values: [..., m]   ->   as values
/// dtype   promoted; i64   no derivative   requires: rows in order, NaN last
/// throws  ShapeError: the leading axes differ
Tensor searchsorted(Arg sorted, Arg values, Side side = Side::left);

/// The greatest, or least, of x's elements that the indices bring to each of `count` places on the axis; NaN if there is one.
///
/// shape   index: as x   ->   x's with `count` on the axis
/// dtype   x's   edge of no element: -infinity (max), infinity (min), of integers the end of their range; ties share the cotangent evenly
/// throws  as scatter_sum
Tensor scatter_max(Arg x, Arg index, Index count, Index axis);
Tensor scatter_min(Arg x, Arg index, Index count, Index axis);

}  // namespace descent::inline v1
