#pragma once

#include <descent/autodiff/ops/ops.hpp>

// Sorting and what rests on it, made of argsort and take_along_axis. Cotangents go to the elements picked. Unless said otherwise the
// axis is the last; NaN comes after all numbers, also descending.

namespace descent::inline v1 {

/// x in order along an axis; equal elements stay in theirs. `form.count` cuts off after so many.   dtype x's   throws as argsort
Tensor sort(Arg x, Index axis = -1, SortForm form = {});
ValuesAndIndices sort_with_index(Arg x, Index axis = -1, SortForm form = {});

struct TopkOptions {
  Index axis = -1;
  bool least = false;  ///< the k least, the least first
};
/// The k greatest elements, the greatest first, and where they were; of equal ones the first.   throws ValueError: k outside [0, n]
ValuesAndIndices topk(Arg x, Index k, TopkOptions options = {});

/// The kth least element, counted from 1, and where it was; equal ones count in their order.   throws ValueError: k outside [1, n]
ValuesAndIndices kthvalue(Arg x, Index k, Index axis = -1, KeepAxes keep = KeepAxes::no);

/// The element that occurs most often, the least of several such, and where it occurs first. NaN equals nothing.
/// throws ShapeError: the axis holds no element
ValuesAndIndices mode(Arg x, Index axis = -1, KeepAxes keep = KeepAxes::no);

/// The element in the middle of the order over some axes, all when none are named; the mean of the two in the middle when their
/// count is even. NaN if there is one; nanmedian leaves NaN out, and is NaN of nothing else.
///
/// dtype  x's if floating, else f32
/// grad   to the element, or half to each of the two
/// throws ShapeError: the axes hold no element
Tensor median(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);
Tensor nanmedian(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);

/// What is taken where a quantile lies between two elements.
enum class Between : std::uint8_t { linear, lower, higher, midpoint, nearest };
struct QuantileOptions {
  Axes axes{};
  KeepAxes keep = KeepAxes::no;
  Between between = Between::linear;  ///< nearest: of two equally near the one at the even position
};
/// The element at position q (n - 1) of the order over some axes, all when none are named; q in [0, 1]. NaN if there is one;
/// nanquantile leaves NaN out, and is NaN of nothing else.
///
/// shape  q's axes, then what is left of x's
/// dtype  x's if floating, else f32
/// grad   in x to the one or two elements, by their weight; in q the slope of the straight line, 0 on an element and for the other rules
/// throws ValueError: q outside [0, 1]; ShapeError: the axes hold no element
Tensor quantile(Arg x, Arg q, QuantileOptions options = {});
Tensor nanquantile(Arg x, Arg q, QuantileOptions options = {});

/// What unique found, in order: `values` are [k]; `inverse`, as x, is the place of each element in them; `counts` are [k].
struct Unique {
  Tensor values;
  Tensor inverse;
  Tensor counts;
};
/// The different elements of x. All NaN are one, the last.   indices and counts i64   no derivative
/// throws AbstractError: x is abstract, so how many there are is not known
Unique unique(Arg x);

}  // namespace descent::inline v1
