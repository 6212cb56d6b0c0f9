#pragma once

#include <cstdint>
#include <type_traits>

#include <descent/autodiff/base/index.hpp>

/// Reductions of the middle axis: x is [outer, n, inner], y is [outer, inner], both contiguous.
///
/// Bits depend on shape and dtype only. x needs 64 readable bytes after its last element; y none.
namespace descent::inline v1::kernels {

struct Reduction {
  Index outer, n, inner;
};

/// What sums and products of T are: T itself when floating, 64-bit integers else.
template <class T> using Accumulated = std::conditional_t<std::is_floating_point_v<T>, T, std::int64_t>;

/// T: float, double, int32_t, int64_t, uint8_t (a bool). n == 0 gives 0. Integers wrap around.
/// |error| <= (log2 n + 4) eps sum|x|, whatever n.
template <class T> void sum(const Reduction& r, const T* x, Accumulated<T>* y);

/// What `sum` of one row of floats makes of its blocks' sums. requires: n > 0
template <class T> T sum_of_blocks(const T* sums, Index n);

/// y[row] = the sum of the squares of x[row, 0..n), by the bits `sum` of the squares; T: float, double.
template <class T> void sum_squares_of_rows(Index rows, Index n, const T* x, T* y);

/// T as for `sum`. n == 0 gives 1.
template <class T> void prod(const Reduction& r, const T* x, Accumulated<T>* y);

/// T: float, double, int32_t, int64_t, uint8_t. A NaN anywhere gives NaN. requires: n > 0
template <class T> void max(const Reduction& r, const T* x, T* y);
template <class T> void min(const Reduction& r, const T* x, T* y);

/// The position in the axis of the first greatest (least) element; of the first NaN if there is one. T as for `max`.
/// requires: n > 0
template <class T> void argmax(const Reduction& r, const T* x, std::int64_t* y);
template <class T> void argmin(const Reduction& r, const T* x, std::int64_t* y);

/// Over bytes, of which any but 0 is true. n == 0: false, true, 0.
void any(const Reduction& r, const std::uint8_t* x, std::uint8_t* y);
void all(const Reduction& r, const std::uint8_t* x, std::uint8_t* y);
void count(const Reduction& r, const std::uint8_t* x, std::int64_t* y);

}  // namespace descent::inline v1::kernels
