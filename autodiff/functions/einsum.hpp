#pragma once

#include <source_location>
#include <string_view>
#include <vector>

#include <descent/autodiff/ops/ops.hpp>

// Sums of products named by letters.

namespace descent::inline v1 {

/// Einstein's summation: each axis has a letter; letters that are equal run together, those that the result lacks are summed over.
/// `einsum("ij,jk->ik", {a, b})` is a product of matrices.
///
/// spec    a list of letters for each tensor, with commas between. A letter twice in one list takes a diagonal. "..." stands for the
///         axes that are not named, which broadcast. After "->" the letters of the result; without it, "..." and the letters that occur
///         once, in alphabetical order (capitals first). Spaces do not count.
/// sizes   axes of one letter are equal or 1: a 1 broadcasts
/// dtype   promoted, floating
/// cost    two tensors at a time, those whose product is smallest first: axes are brought into order and matmul does the rest
/// throws  ValueError: the spec cannot be read, has as many lists as there are no tensors, names a letter in the result that no tensor
///         has; ShapeError: a list does not name all axes of its tensor, sizes differ, or more than 8 axes at a time are needed
Tensor einsum(std::string_view spec, const std::vector<Tensor>& tensors, std::source_location where = std::source_location::current());

/// The sum over pairs of axes, a's and b's; the result has a's other axes, then b's.
///
/// sizes   of a pair are equal or 1: a 1 broadcasts   dtype promoted, floating
/// throws  ShapeError: the lists differ in length, sizes of a pair differ; IndexError
Tensor tensordot(Arg a, Arg b, const std::vector<Index>& axes_of_a, const std::vector<Index>& axes_of_b);
/// The same over a's last `count` axes and b's first ones, in order.   throws ShapeError: there are not so many
Tensor tensordot(Arg a, Arg b, Index count = 2);

}  // namespace descent::inline v1
