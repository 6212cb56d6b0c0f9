#pragma once

#include <descent/autodiff/base/index.hpp>

/// The cuts that decide in which order floating-point numbers are added. They are functions of shape and dtype only, so
/// results have the same bits at any thread count; changing one changes results and is noted in the CHANGELOG.
namespace descent::inline v1::kernels {

/// Elements of a row that one block of a sum takes, by 4 Lanes of accumulators.
template <class T> inline constexpr Index reduce_block = 16 * 4 * (64 / static_cast<Index>(sizeof(T)));

/// Rows that one block of a sum down the columns takes, one after the other.
inline constexpr Index column_block = 16;

/// Terms of an element of a product that one chain of fused multiply-adds takes; the chains are added in their order.
inline constexpr Index product_block = 512;

/// Elements in a chunk of an element-wise loop. Changes no result.
inline constexpr Index pointwise_grain = Index{1} << 15;

}  // namespace descent::inline v1::kernels
