#pragma once

#include <array>
#include <cstddef>

#include <descent/autodiff/kernels/thread_buffer.hpp>
#include <descent/autodiff/kernels/windows.hpp>

// What the convolution kernels share: sizes of three axes, the cut of the work, memory of a thread. Private.
namespace descent::inline v1::kernels {

using Sizes = std::array<Index, 3>;
inline Index product(const Sizes& n) { return n[0] * n[1] * n[2]; }
inline Index floor_div(Index a, Index b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
inline Index ceil_div(Index a, Index b) { return -floor_div(-a, b); }
inline Sizes sizes_of(const Windows3& axes, Index Windows::*size) { return {axes[0].*size, axes[1].*size, axes[2].*size}; }

/// f(i0, i1, i2) for all that are less than n, in row-major order.
template <class F> void for_each_of(const Sizes& n, F f) {
  for (Index i0 = 0; i0 < n[0]; ++i0)
    for (Index i1 = 0; i1 < n[1]; ++i1)
      for (Index i2 = 0; i2 < n[2]; ++i2) f(Sizes{i0, i1, i2});
}

inline constexpr Index kCopyGrain = Index{1} << 14;  ///< elements copied at a time
/// Tasks of so many flops that one thread does at a time.
inline Index grain_of(Index flops) {
  constexpr Index together = Index{1} << 21;
  return flops < together ? together / (flops > 0 ? flops : 1) : 1;
}

}  // namespace descent::inline v1::kernels
