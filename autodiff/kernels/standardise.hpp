#pragma once

#include <descent/autodiff/kernels/reduce.hpp>

/// The middle axis of x: [outer, n, inner] given mean 0 and variance 1, and the adjoint of that. T: float, double.
///
/// Bits depend on shape and dtype only. Inputs, unless they are one element, need 64 readable bytes after their last; results overlap
/// them nowhere.
namespace descent::inline v1::kernels {

/// y = (x - mean) / sqrt(variance + eps), with the variance without correction. The mean is taken twice, the second time of what the first
/// leaves, so that a large one costs no digits and constants become exactly 0. n == 0 makes mean and variance NaN.
/// y: as x   mean, variance: [outer, inner]
template <class T> void standardise(const Reduction& r, T eps, const T* x, T* y, T* mean, T* variance);

/// scale (ct - mean(ct) - y mean(ct y)), where 0 times anything is 0.   y, ct, result: as x   scale: [outer, inner]
template <class T> void standardise_adjoint(const Reduction& r, const T* y, const T* scale, const T* ct, T* result);

}  // namespace descent::inline v1::kernels
