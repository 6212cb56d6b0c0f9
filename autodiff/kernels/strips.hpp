#pragma once

#include <algorithm>
#include <array>
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

/// The first `width` elements from there, and 0. Reads no further: what follows may be another thread's.
template <class T> SimdLane<T> load_stored(const T* from, Index width) {
  if (width == SimdLane<T>::size) return SimdLane<T>::load(from);
  T all[SimdLane<T>::size] = {};
  std::copy_n(from, width, all);
  return SimdLane<T>::load(all);
}

/// A row of n elements, a Lane after the other.
template <class T> class LaneRow {
 public:
  using Lane = SimdLane<T>;

  LaneRow(Index begin, Index n) : begin_(begin), count_((n - 1) / Lane::size + 1), last_(n - (count_ - 1) * Lane::size) {}

  Index count() const { return count_; }
  /// The Lane at k, and `nothing` behind the end.
  Lane load(const T* x, Index k, const Lane& nothing) const {
    const T* from = at(x, k);
    if (width(k) == Lane::size) return Lane::load(from);
    const auto wanted = SimdMask<T>::load(ones_then_zeros + 16 - last_);
    return where(wanted, last_ == 1 ? Lane(*from) : Lane::load(from), nothing);  // one element may be a scalar, with no room behind it
  }
  void store(T* y, Index k, const Lane& value) const { value.store(at(y, k), width(k)); }
  /// How many of the Lanes are read and written whole: the last may not be.
  Index whole() const { return last_ == Lane::size ? count_ : count_ - 1; }
  /// Where the Lane at k is.
  template <class P> P* at(P* x, Index k) const { return x + begin_ + k * Lane::size; }
  /// v, and 0 behind the end.
  Lane only(Index k, const Lane& v) const {
    return width(k) == Lane::size ? v : where(SimdMask<T>::load(ones_then_zeros + 16 - last_), v, Lane(0));
  }
  /// What was stored.
  Lane reload(const T* y, Index k) const { return load_stored<T>(at(y, k), width(k)); }

 private:
  Index width(Index k) const { return k + 1 < count_ ? Lane::size : last_; }

  Index begin_, count_, last_;
};

/// Neighbouring columns of n elements, read and written by rows of Lanes: memory comes by pages and lines, and a column that is walked
/// alone has one Lane of each.
template <class T> class LanePanel {
 public:
  using Lane = SimdLane<T>;
  static constexpr Index most = 32;  ///< Lanes

  LanePanel(Index begin, Index n, Index inner, Index width) : begin_(begin), step_(inner), count_(n), width_(width) {}

  Index count() const { return count_; }
  Index lanes() const { return (width_ + Lane::size - 1) / Lane::size; }
  /// How many of a Lane's elements are the panel's.
  Index width(Index lane) const { return std::min<Index>(Lane::size, width_ - lane * Lane::size); }
  /// The Lane at [k, lane]. The last may have elements of others.
  Lane load(const T* x, Index k, Index lane) const { return Lane::load(at(x, k, lane)); }
  void store(T* y, Index k, Index lane, const Lane& value) const {
    if (width(lane) == Lane::size) value.store(at(y, k, lane));
    else value.store(at(y, k, lane), width(lane));
  }
  /// What was stored.
  Lane reload(const T* y, Index k, Index lane) const { return load_stored<T>(at(y, k, lane), width(lane)); }

 private:
  template <class P> P* at(P* x, Index k, Index lane) const { return x + begin_ + k * step_ + lane * Lane::size; }

  Index begin_, step_, count_, width_;
};

/// A number, or V, for each column of a panel.
template <class T, class V = SimdLane<T>> using EachColumn = std::array<V, LanePanel<T>::most>;

/// Calls f(row, its number) for the rows of x, in parallel. requires: inner == 1, n > 0
template <class T, class F> void each_row(const Reduction& r, F f) {
  parallel_for(0, r.outer, std::max<Index>(strip_grain / r.n, 1), [&](Index lo, Index hi) {
    for (Index o = lo; o < hi; ++o) f(LaneRow<T>(o * r.n, r.n), o);
  });
}

/// Calls f(panel, position of its first result in [outer, inner]) for panels that are all of x, in parallel: four or more, unless they
/// have no work for a thread then. requires: n > 0
template <class T, class F> void each_panel(const Reduction& r, F f) {
  constexpr Index size = SimdLane<T>::size;
  if (r.inner == 0) return;
  const Index across = (r.inner + size - 1) / size, least = strip_grain / (r.n * size);
  const Index lanes = std::clamp<Index>(std::max(r.outer * across / 4, least), 1, std::min(across, LanePanel<T>::most));
  const Index panels = (across + lanes - 1) / lanes;
  parallel_for(0, r.outer * panels, std::max<Index>(strip_grain / (r.n * lanes * size), 1), [&](Index lo, Index hi) {
    for (Index at = lo; at < hi; ++at) {
      const Index o = at / panels, i = at % panels * lanes * size;
      f(LanePanel<T>(o * r.n * r.inner + i, r.n, r.inner, std::min(lanes * size, r.inner - i)), o * r.inner + i);
    }
  });
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
