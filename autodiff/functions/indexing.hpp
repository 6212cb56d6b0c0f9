#pragma once

#include <optional>

#include <descent/autodiff/ops/ops.hpp>

// Choices and sums by index, made of slice, take and their adjoints. Indices are i32 or i64, negative ones count from the end.

namespace descent::inline v1 {

/// x[i] on the first axis, which is dropped.   throws IndexError
Tensor at(Arg x, Index i);

/// x with src's rows added at the indices of one axis, in their order.   shape index: [k]   src: as x, with k on the axis
Tensor index_add(Arg x, Arg index, Arg src, Index axis = 0);
/// x with src's elements added where the indices of one axis say, in row-major order.
/// shape   index, src: as x but for the axis
Tensor scatter_add(Arg x, Arg index, Arg src, Index axis);

/// The elements where the mask, which broadcasts with x, is not 0: 1-d, in row-major order.
/// throws  AbstractError: the mask is abstract, so the size is not known; use where
Tensor masked_select(Arg x, Arg mask);

struct EmbeddingOptions {
  std::optional<Index> padding{};  ///< an id whose rows get no gradient
};
/// The rows of `weights` that the ids name.
///
/// shape   weights: [n, ...]   ids: any   ->   [ids..., ...]
/// throws  IndexError: an id out of range; DtypeError: ids that are no integers
Tensor embedding(Arg weights, Arg ids, EmbeddingOptions options = {});

}  // namespace descent::inline v1
