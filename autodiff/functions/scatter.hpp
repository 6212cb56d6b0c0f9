#pragma once

#include <initializer_list>

#include <descent/autodiff/ops/ops.hpp>

// Elements brought together by indices, beyond sums: i32 or i64, negative ones count from the end. The scatter_ forms take an index
// for every element, the segment_ forms one for every row. Where elements meet, the greatest and least share their cotangent evenly
// among those that tie, and products divide by nothing, so they are right at zeros, in all orders.

namespace descent::inline v1 {

/// x with src's elements in the places that the indices of one axis name; the last of those that name one place stays.
///
/// shape   index, src: as x but for the axis   dtype promoted
/// grad    to what is left of x and to what was written; what was written over gets 0
/// throws  IndexError, DtypeError: the indices; ShapeError
Tensor scatter(Arg x, Arg index, Arg src, Index axis);

/// The same with src's rows at the indices of one axis.   shape   index: [k]   src: as x, with k on the axis
Tensor index_copy(Arg x, Arg index, Arg src, Index axis = 0);
/// x with src, which broadcasts, in the place of slice(x, axes).   dtype promoted   grad as scatter   throws as slice; ShapeError
Tensor slice_scatter(Arg x, Arg src, std::initializer_list<AxisSlice> axes);

/// The product of x's elements that the indices bring to each of `count` places on the axis, 1 of none; NaN if there is one.
/// Here 0 times an infinity is 0.
///
/// shape   index: as x   ->   x's with `count` on the axis   dtype x's if floating, else f32
/// cost    the indices are sorted
/// throws  as scatter_sum
Tensor scatter_prod(Arg x, Arg index, Index count, Index axis);

/// Zeros, ones or infinities with `count` rows along the axis, which x's rows have met at the indices.
///
/// shape   x: [a, i, j, b]   index: [i, j]   ->   [a, count, b] for axis 1
/// dtype   x's; of products x's if floating, else f32
/// edge    a row that nothing came to is -infinity (max), infinity (min), of integers the end of their range, or 1 (prod)
/// throws  as segment_sum
Tensor segment_max(Arg x, Arg index, Index count, Index axis = 0);
Tensor segment_min(Arg x, Arg index, Index count, Index axis = 0);
Tensor segment_prod(Arg x, Arg index, Index count, Index axis = 0);

/// What becomes of elements that meet.
enum class ScatterBy : std::uint8_t { sum, mean, prod, max, min };
struct ScatterOptions {
  ScatterBy by = ScatterBy::sum;
  bool include_x = true;  ///< whether x's own element is one of those that meet; where none come it stays in any case
};
/// x combined with src's elements at the places that the indices of one axis name.
///
/// shape   index, src: as x but for the axis   dtype promoted; mean and prod floating
/// throws  as scatter
Tensor scatter_reduce(Arg x, Arg index, Arg src, Index axis, ScatterOptions options);
/// The same with src's rows.   shape   index: [k]   src: as x, with k on the axis
Tensor index_reduce(Arg x, Arg index, Arg src, Index axis, ScatterOptions options);

}  // namespace descent::inline v1
