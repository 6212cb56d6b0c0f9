#pragma once

#include <cstdint>

#include <descent/autodiff/kernels/reduce.hpp>

/// Orders along the middle axis of x: [outer, n, inner], contiguous. NaN comes after all numbers, -0 equals 0.
/// T: float, double, int32_t, int64_t, uint8_t.
namespace descent::inline v1::kernels {

/// The positions of `count` elements from the `first` on in order, equal ones in theirs; descending: greatest first, NaN still last.
/// at: [outer, count, inner]. requires: 0 <= first, count; first + count <= n
template <class T> void argsort(const Reduction& r, Index first, Index count, bool descending, const T* x, std::int64_t* at);

/// For each of `count` values a row how many elements of that ordered row of n are less than it, or, `right`, not greater.
/// sorted: [rows, n], or [n] for all rows when `shared`   values, at: [rows, count]
template <class T>
void search(Index rows, Index n, Index count, bool shared, bool right, const T* sorted, const T* values, std::int64_t* at);

}  // namespace descent::inline v1::kernels
