#pragma once

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1::kernels {

/// y[row, k] = the product of x[row, 0..n) without x[row, k], without division. T: float, double.
/// Bits depend on n and T only. x, unless it is one element, needs 64 readable bytes after its last; y overlaps x nowhere.
template <class T> void product_of_others(Index rows, Index n, const T* x, T* y);

}  // namespace descent::inline v1::kernels
