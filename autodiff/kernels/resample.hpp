#pragma once

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1::kernels {

/// A matrix [rows, columns] whose row q has `count[q]` weights from column `first[q]` on; they begin at `weights[start[q]]`.
template <class T> struct BandMatrix {
  Index rows, columns;
  const Index *first, *count, *start;
  const T* weights;
};

/// y[o, q, i] = sum over k of m[q, k] x[o, k, i]: x is [outer, columns, inner], y [outer, rows, inner]. A sum is one chain in the order
/// of k, and 0 of no weight. T: float, double
template <class T> void resample(const BandMatrix<T>& m, Index outer, Index inner, const T* x, T* y);

}  // namespace descent::inline v1::kernels
