#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <descent/autodiff/kernels/lapack.hpp>
#include <descent/autodiff/kernels/parallel.hpp>

// What the kernels that call LAPACK share.

namespace descent::inline v1::kernels {

inline constexpr Index kChunkWork = 100'000;  ///< about as many operations are worth a chunk

/// body(lo, hi) over a batch of [n, n] matrices, LAPACK on one thread within.
template <class Body> void over_batch(Index batch, Index n, const Body& body) {
  parallel_for(0, batch, std::max<Index>(1, kChunkWork / std::max<Index>(1, n * n * n)), [&](Index lo, Index hi) {
    const lapack::OneThread alone;
    body(lo, hi);
  });
}

template <class T> bool finite(const T* x, Index count) {
  return std::all_of(x, x + count, [](T element) { return std::isfinite(element); });
}
template <class T> void fill_nan(T* x, Index count) { std::fill(x, x + count, std::numeric_limits<T>::quiet_NaN()); }

/// Zeros, with the bytes behind them that `matmul` may read.
template <class T> std::vector<T> buffer(Index count) { return std::vector<T>(static_cast<std::size_t>(count) + 64 / sizeof(T)); }

/// to [n, m] = from [m, n]^T, in blocks that stay in the first cache
template <class T> void transpose(Index m, Index n, const T* from, T* to) {
  constexpr Index side = 16;
  for (Index i0 = 0; i0 < m; i0 += side)
    for (Index j0 = 0; j0 < n; j0 += side)
      for (Index i = i0; i < std::min(i0 + side, m); ++i)
        for (Index j = j0; j < std::min(j0 + side, n); ++j) to[j * m + i] = from[i * n + j];
}

}  // namespace descent::inline v1::kernels
