#pragma once

#include <descent/autodiff/ops/ops.hpp>

// Matrices and their diagonals. Dtypes stay; derivatives of any order.

namespace descent::inline v1 {

/// x below, or above, a diagonal of the last two axes, 0 elsewhere. The diagonal itself stays; a positive one lies above the main one.
Tensor tril(Arg x, Index diagonal = 0);
Tensor triu(Arg x, Index diagonal = 0);
/// The elements of a diagonal of two axes, which are dropped, as a new last axis.   throws ShapeError: the axes are one
Tensor diagonal(Arg x, Index offset = 0, Index axis1 = 0, Index axis2 = 1);
/// Square matrices with x's last axis on a diagonal, 0 elsewhere.   shape [..., n] -> [..., n + |offset|, n + |offset|]
Tensor diag_embed(Arg x, Index offset = 0);
/// The sum of a diagonal.
Tensor trace(Arg x, Index offset = 0, Index axis1 = 0, Index axis2 = 1);

}  // namespace descent::inline v1
