#pragma once

#include <algorithm>
#include <cstdint>

#include <descent/autodiff/kernels/lanes.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/kernels/reduce.hpp>

/// What kernels share that give each row, or each column, of [outer, n, inner] a pass of its own or several. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

inline constexpr Index strip_grain = Index{1} << 13;  // elements a chunk has at least

inline constexpr std::uint8_t ones_then_zeros[32] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/// All elements of a lane combined, in a fixed order.
template <class T, class F> T combined(const SimdLane<T>& x, F f) {
  alignas(64) T all[SimdLane<T>::size];
  x.store(all);
  for (int half = SimdLane<T>::size / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) all[i] = f(all[i], all[i + half]);
  return all[0];
}

/// The Lanes to be normalised together: one row, a Lane after the other, or as many neighbouring columns as a Lane has elements.
template <class T, bool row> class Strip {
 public:
  using Lane = SimdLane<T>;

  /// A row of n elements.
  Strip(Index begin, Index n)
    requires row
      : begin_(begin), step_(Lane::size), count_((n - 1) / Lane::size + 1), last_(n - (count_ - 1) * Lane::size) {}
  /// `width` columns of n elements that are `inner` apart.
  Strip(Index begin, Index n, Index inner, Index width)
    requires(!row)
      : begin_(begin), step_(inner), count_(n), last_(width) {}

  Index count() const { return count_; }
  /// The Lane at k, and `nothing` behind the end of a row.
  Lane load(const T* x, Index k, const Lane& nothing) const {
    const T* from = x + begin_ + k * step_;
    if (!row || width(k) == Lane::size) return Lane::load(from);
    const auto wanted = SimdMask<T>::load(ones_then_zeros + 16 - last_);
    return where(wanted, last_ == 1 ? Lane(*from) : Lane::load(from), nothing);  // one element may be a scalar, with no room behind it
  }
  void store(T* y, Index k, const Lane& value) const { value.store(y + begin_ + k * step_, width(k)); }
  /// How many of the Lanes are read and written whole: the last may not be.
  Index whole() const { return last_ == Lane::size ? count_ : row ? count_ - 1 : 0; }
  /// Where the Lane at k is.
  template <class P> P* at(P* x, Index k) const { return x + begin_ + k * step_; }
  /// v, and 0 behind the end of a row.
  Lane only(Index k, const Lane& v) const {
    if (!row || width(k) == Lane::size) return v;
    return where(SimdMask<T>::load(ones_then_zeros + 16 - last_), v, Lane(0));
  }
  /// What was stored. Reads no further: what follows may be another thread's.
  Lane reload(const T* y, Index k) const {
    const T* from = y + begin_ + k * step_;
    if (width(k) == Lane::size) return Lane::load(from);
    T all[Lane::size] = {};
    std::copy_n(from, width(k), all);
    return Lane::load(all);
  }

 private:
  Index width(Index k) const { return row && k + 1 < count_ ? Lane::size : last_; }

  Index begin_, step_, count_, last_;
};

/// Calls f(strip, position of its first result in [outer, inner], results) for every strip, in parallel. requires: n > 0
template <class T, class F> void each_strip(const Reduction& r, F f) {
  constexpr Index size = SimdLane<T>::size;
  if (r.inner == 1) {
    parallel_for(0, r.outer, std::max<Index>(strip_grain / r.n, 1), [&](Index lo, Index hi) {
      for (Index o = lo; o < hi; ++o) f(Strip<T, true>(o * r.n, r.n), o, Index{1});
    });
    return;
  }
  const Index across = (r.inner + size - 1) / size;
  parallel_for(0, r.outer * across, std::max<Index>(strip_grain / (r.n * size), 1), [&](Index lo, Index hi) {
    for (Index at = lo; at < hi; ++at) {
      const Index o = at / across;
      const Index i = at % across * size;
      const Index width = std::min(size, r.inner - i);
      f(Strip<T, false>(o * r.n * r.inner + i, r.n, r.inner, width), o * r.inner + i, width);
    }
  });
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
