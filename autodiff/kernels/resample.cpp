#include <descent/autodiff/kernels/resample.hpp>

#include <algorithm>
#include <type_traits>
#include <vector>

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

/// Rows that follow each other with as many weights each.
struct Segment {
  Index first, last, count;
};
template <class T> std::vector<Segment> segments(const BandMatrix<T>& m) {
  std::vector<Segment> all;
  for (Index q = 0; q < m.rows; ++q) {
    if (all.empty() || all.back().count != m.count[q]) all.push_back({q, q, m.count[q]});
    ++all.back().last;
  }
  return all;
}

/// Rows of y for one o, elements of a row few. taps: weights of a row; -1: as `s` says. Inner: Index, or the constant 1
template <int taps, class T, class Inner>
void narrow_rows(const BandMatrix<T>& m, const Segment& s, Inner inner, const T* x, T* __restrict y) {
  const Index count = taps < 0 ? s.count : taps;
  const T* w = m.weights + m.start[s.first];
  y += s.first * inner;
  for (Index q = s.first; q < s.last; ++q, w += count, y += inner) {
    const T* from = x + m.first[q] * inner;
    for (Index i = 0; i < inner; ++i) {
      T sum = taps == 0 ? T(0) : w[0] * from[i];
      for (Index k = 1; k < count; ++k) sum += w[k] * from[k * inner + i];
      y[i] = sum;
    }
  }
}
template <class T, class Inner> void narrow_segment(const BandMatrix<T>& m, const Segment& s, Inner inner, const T* x, T* y) {
  switch (s.count) {
    case 0: return narrow_rows<0>(m, s, inner, x, y);
    case 1: return narrow_rows<1>(m, s, inner, x, y);
    case 2: return narrow_rows<2>(m, s, inner, x, y);
    case 3: return narrow_rows<3>(m, s, inner, x, y);
    case 4: return narrow_rows<4>(m, s, inner, x, y);
    default: return narrow_rows<-1>(m, s, inner, x, y);
  }
}

}  // namespace

template <class T> void resample(const BandMatrix<T>& m, Index outer, Index inner, const T* x, T* y) {
  if (inner >= 32) {
    parallel_for(0, outer * m.rows, std::max<Index>(1, kChunk / inner), [&](Index lo, Index hi) {
      for (Index row = lo; row < hi; ++row) {
        const Index o = row / m.rows, q = row % m.rows;
        wide_row(m.weights + m.start[q], m.count[q], x + (o * m.columns + m.first[q]) * inner, inner, y + row * inner);
      }
    });
    return;
  }
  const Index size = std::max<Index>(1, m.rows * inner);
  const std::vector<Segment> parts = segments(m);
  parallel_for(0, outer, std::max<Index>(1, kChunk / size), [&](Index lo, Index hi) {
    for (Index o = lo; o < hi; ++o)
      for (const Segment& part : parts) {
        const T* from = x + o * m.columns * inner;
        T* to = y + o * m.rows * inner;
        if (inner == 1) narrow_segment(m, part, std::integral_constant<Index, 1>{}, from, to);
        else narrow_segment(m, part, inner, from, to);
      }
  });
}

template void resample(const BandMatrix<float>&, Index, Index, const float*, float*);
template void resample(const BandMatrix<double>&, Index, Index, const double*, double*);

}  // namespace descent::inline v1::kernels
