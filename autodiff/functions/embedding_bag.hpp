#pragma once

#include <cstdint>
#include <optional>

#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1 {

/// What becomes of the rows of a bag.
enum class Pooling : std::uint8_t { sum, mean, max };

struct EmbeddingBagOptions {
  Pooling pooling = Pooling::mean;
  Tensor offsets{};                ///< of 1-d ids: where each bag begins, in ascending order, the first at 0
  Tensor weights{};                ///< of each id, as a factor of its row; for sums only
  std::optional<Index> padding{};  ///< an id that counts as not there
};
/// The sum, mean or elementwise maximum of the rows of `table` that each bag of ids names.
///
/// shape   table: [n, width]   ids: [bags, k], or 1-d with offsets: [bags]   ->   [bags, width]
/// edge    an empty bag gives 0, with slope 0; rows that tie for the maximum share the cotangent evenly
/// throws  ShapeError: the shapes are not these; IndexError: an id out of range, offsets that do not begin at 0 or fall; DtypeError: ids or
///         offsets are no integers; ValueError: weights without a sum; AbstractError: a maximum over offsets that are abstract
Tensor embedding_bag(Arg table, Arg ids, const EmbeddingBagOptions& options = {});

}  // namespace descent::inline v1
