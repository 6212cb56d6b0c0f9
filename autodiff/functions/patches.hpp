#pragma once

#include <vector>

#include <descent/autodiff/functions/per_axis.hpp>
#include <descent/autodiff/functions/shape.hpp>

// Windows as columns and back, channels as positions and back. Made of take, segment_sum, reshape and permute;
// dtypes stay; derivatives of any order.

namespace descent::inline v1 {

struct UnfoldOptions {
  PerAxis stride = 1;
  PerAxis padding = 0;  ///< zeros at both ends
  PerAxis dilation = 1;
};
/// Each window of x as a column (im2col), on as many of the last axes as the window has sizes.
///
/// shape   [..., c, in...] -> [..., c * elements of a window, windows]
/// throws  ShapeError: not 1 to 3 sizes, no axis of channels, a window larger than the padded axis; ValueError: a size, stride or dilation
///         below 1, a negative padding
Tensor unfold(Arg x, const PerAxis& window, const UnfoldOptions& options = {});
/// Its adjoint (col2im): columns back at their places in zeros with these sizes; what overlaps adds up.
///
/// shape   [..., c * elements of a window, windows] -> [..., c, sizes...]   throws as unfold; ShapeError: other columns than unfold gives
Tensor fold(Arg x, const std::vector<Index>& sizes, const PerAxis& window, const UnfoldOptions& options = {});

/// Channels spread out over positions: each r^k of them become an r wide cube of the k spatial axes, which are all behind the channels.
///
/// shape   [n, c r^2, h, w] -> [n, c, h r, w r]
/// throws  ShapeError: no spatial axis, the channels cannot be cut so; ValueError: a factor below 1
/// source  Shi et al. 2016, "Real-time single image and video super-resolution using an efficient sub-pixel CNN"
Tensor pixel_shuffle(Arg x, Index factor);
/// The way back.   throws as pixel_shuffle; ShapeError: an axis that is no multiple of the factor
Tensor pixel_unshuffle(Arg x, Index factor);
/// Channels dealt out to groups: [n, groups c, ...] read by columns, [n, c groups, ...].
/// throws  ShapeError: less than two axes, the groups do not divide the channels; ValueError: no group
/// source  Zhang et al. 2018, "ShuffleNet"
Tensor channel_shuffle(Arg x, Index groups);

}  // namespace descent::inline v1
