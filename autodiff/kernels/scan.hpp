#pragma once

#include <cstdint>

#include <descent/autodiff/kernels/reduce.hpp>

/// Running results along the middle axis: x and y are [outer, n, inner], contiguous. `backwards` starts at the end of the axis.
///
/// Every column is one chain in its order, so bits depend on nothing else. y may be x, and overlaps it nowhere else.
namespace descent::inline v1::kernels {

/// y[k] = x[0] + ... + x[k]. T: float, double, int64_t (wraps around). Floats are added up in double, doubles are compensated:
/// |error| <= eps |y| + n^2 2^-104 sum|x|, of floats eps |y| + n 2^-52 sum|x|
template <class T> void cumsum(const Reduction& r, bool backwards, const T* x, T* y);

/// y[k] = x[0] ... x[k]. T as for cumsum
template <class T> void cumprod(const Reduction& r, bool backwards, const T* x, T* y);

/// The greatest (least) element so far, the first of equal ones, and its position; from the first NaN on, that NaN.
/// T: float, double, int32_t, int64_t, uint8_t
template <class T> void cummax(const Reduction& r, bool backwards, const T* x, T* y, std::int64_t* at);
template <class T> void cummin(const Reduction& r, bool backwards, const T* x, T* y, std::int64_t* at);

/// y[k] = a[k] y[k-1] + b[k] with y[-1] = 0. Absorbing: where a[k] or y[k-1] is 0 so is their product. T: float, double
template <class T> void linear_recurrence(const Reduction& r, bool backwards, bool absorbing, const T* a, const T* b, T* y);

}  // namespace descent::inline v1::kernels
