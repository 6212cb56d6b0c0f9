#pragma once

#include <cstdint>

namespace descent::inline v1 {

/// Sizes, positions, strides and axes: signed, 64 bits on every machine.
using Index = std::int64_t;

/// The largest number of axes of a tensor.
inline constexpr int max_rank = 8;

}  // namespace descent::inline v1
