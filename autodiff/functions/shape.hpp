#pragma once

#include <cstdint>
#include <vector>

#include <descent/autodiff/ops/ops.hpp>

// Rearrangements made of reshape, slice, place and concat. Dtypes stay; derivatives of any order.

namespace descent::inline v1 {

/// Without the axes of size 1, all of them when none are named.   throws ShapeError: a named axis has another size
Tensor squeeze(Arg x, Axes axes = {});
/// With axes of size 1 put in; they are named as they are in the result.   throws IndexError
Tensor expand_dims(Arg x, Axes axes);
/// The axes from `first` to `last` made one; all of them without names. 0-d becomes [1].
Tensor flatten(Arg x, Index first = 0, Index last = -1);
/// One axis taken out and put in at `to`, the others in their order.
Tensor moveaxis(Arg x, Index from, Index to);

/// The tensors, all of one shape, along a new axis.   dtype promoted   throws ShapeError: shapes differ, no tensor
Tensor stack(const std::vector<Tensor>& xs, Index axis = 0, std::source_location where = std::source_location::current());
/// Equal pieces.   throws ShapeError: the axis is no multiple of `sections`
std::vector<Tensor> split(Arg x, Index sections, Index axis = 0);
/// Pieces of these sizes.   throws ShapeError: they do not add up to the axis
std::vector<Tensor> split_sizes(Arg x, const std::vector<Index>& sizes, Index axis = 0);
/// At most `count` pieces, all of one size but the last, which may be shorter.   throws ValueError: count < 1
std::vector<Tensor> chunk(Arg x, Index count, Index axis = 0);

/// How much one axis grows at its ends; negative: shrinks.
struct Padding {
  Index before = 0;
  Index after = 0;
};
/// x with `value` around it: `pad(x, {{1, 1}, {0, 2}})`.   throws ShapeError: not one padding per axis, more cut off than there is
Tensor pad(Arg x, const std::vector<Padding>& widths, Arg value = 0);

/// What stands around x: its mirror image about the elements at the ends, or about the ends themselves; its last element; x again.
enum class PadMode : std::uint8_t { reflect, symmetric, replicate, circular };
/// x continued so as far as the paddings go, once it is cut where they are negative.   grad what repeats an element adds to it
/// throws ShapeError: as pad; an axis without elements grows
Tensor pad(Arg x, const std::vector<Padding>& widths, PadMode mode);

/// Some axes backwards, all when none are named.
Tensor flip(Arg x, Axes axes = {});
/// Along an axis, what leaves at the end comes back in front; a negative shift the other way. Without an axis, in row-major order.
Tensor roll(Arg x, Index shift, Index axis);
Tensor roll(Arg x, Index shift);

/// x side by side, counts[i] times on axis i; a shorter list counts the last axes, a longer one puts axes in front.
Tensor tile(Arg x, const std::vector<Index>& counts);
/// Every element `count` times along the axis.   throws ValueError: count < 0
Tensor repeat(Arg x, Index count, Index axis);

}  // namespace descent::inline v1
