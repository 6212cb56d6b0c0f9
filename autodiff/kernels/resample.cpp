#include <descent/autodiff/kernels/resample.hpp>

#include <algorithm>

#include <descent/autodiff/kernels/parallel.hpp>

namespace descent::inline v1::kernels {
namespace {

constexpr Index kChunk = Index{1} << 15;  // elements of y that one thread computes at a time
constexpr Index kBlock = 512;             // elements of a row that stay in the cache while the band goes over them

/// y (+)= the next `taps` rows of x by their weights.
template <int taps, class T> void add_rows(const T* w, const T* x, Index stride, Index n, T* __restrict y, bool add) {
  for (Index i = 0; i < n; ++i) {
    T sum = add ? y[i] + w[0] * x[i] : w[0] * x[i];
    for (int k = 1; k < taps; ++k) sum += w[k] * x[k * stride + i];
    y[i] = sum;
  }
}

/// One row of y, whose elements lie side by side.
template <class T> void wide_row(const T* w, Index count, const T* x, Index inner, T* y) {
  if (count == 0) std::fill_n(y, inner, T(0));
  for (Index first = 0; first < inner; first += kBlock) {
    const Index n = std::min(kBlock, inner - first);
    for (Index k = 0; k < count;) {
      const T* from = x + k * inner + first;
      const Index left = count - k;
      if (left >= 4) add_rows<4>(w + k, from, inner, n, y + first, k > 0);
      else if (left == 3) add_rows<3>(w + k, from, inner, n, y + first, k > 0);
      else if (left == 2) add_rows<2>(w + k, from, inner, n, y + first, k > 0);
      else add_rows<1>(w + k, from, inner, n, y + first, k > 0);
      k += std::min<Index>(left, 4);
    }
  }
}

/// All rows of y for one o, elements of a row few.
template <class T> void narrow_rows(const BandMatrix<T>& m, Index inner, const T* x, T* y) {
  for (Index q = 0; q < m.rows; ++q) {
    const T* w = m.weights + m.start[q];
    const T* from = x + m.first[q] * inner;
    for (Index i = 0; i < inner; ++i, ++y) {
      T sum = m.count[q] > 0 ? w[0] * from[i] : T(0);
      for (Index k = 1; k < m.count[q]; ++k) sum += w[k] * from[k * inner + i];
      *y = sum;
    }
  }
}

}  // namespace

template <class T> void resample(const BandMatrix<T>& m, Index outer, Index inner, const T* x, T* y) {
  if (inner >= 8) {
    parallel_for(0, outer * m.rows, std::max<Index>(1, kChunk / inner), [&](Index lo, Index hi) {
      for (Index row = lo; row < hi; ++row) {
        const Index o = row / m.rows, q = row % m.rows;
        wide_row(m.weights + m.start[q], m.count[q], x + (o * m.columns + m.first[q]) * inner, inner, y + row * inner);
      }
    });
    return;
  }
  const Index size = std::max<Index>(1, m.rows * inner);
  parallel_for(0, outer, std::max<Index>(1, kChunk / size), [&](Index lo, Index hi) {
    for (Index o = lo; o < hi; ++o) narrow_rows(m, inner, x + o * m.columns * inner, y + o * m.rows * inner);
  });
}

template void resample(const BandMatrix<float>&, Index, Index, const float*, float*);
template void resample(const BandMatrix<double>&, Index, Index, const double*, double*);

}  // namespace descent::inline v1::kernels
