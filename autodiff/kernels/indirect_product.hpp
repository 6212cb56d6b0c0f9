#pragma once

#include <descent/autodiff/kernels/simd_lane.hpp>

/// The product c[i, l] = sum over p of a[i, p] b[offsets[p] + l], whose right side is no matrix in memory: each of its rows is read where
/// it lies. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

template <class T> inline constexpr Index width_of = SimdLane<T>::size;
#if defined(DESCENT_AVX512)
inline constexpr Index strip_lanes = 4;
#else
inline constexpr Index strip_lanes = 1;
#endif
/// Columns that are computed together, and from one row of c to the next.
template <class T> inline constexpr Index strip_of = strip_lanes * width_of<T>;
/// Rows of c that are computed before they are stored.
inline constexpr Index block_rows = 96;

template <class T> struct Indirect {
  Index depth;
  const T* a;
  Index lda;
  const T* b;
  const Index* offsets;
};

/// c[rows, columns] (+)= a b; at most a strip of columns. Whole Lanes of c are written, and of b read. An element is a chain over p in
/// blocks of product_block.
template <class T> void run_block(Index rows, Index columns, const Indirect<T>& work, T* c, bool add);

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
