#include <descent/autodiff/kernels/window_max.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>

// The windows of a row are computed side by side, one tap after the other. Where they lie at equal distances, rows are first copied with
// their positions dealt out by the remainder by that distance, so that a tap of all windows is a run of memory, and with the least number
// around: it is never greater than what is there, so it is never taken. Else positions come from a table, in which a tap that is not there
// is the window's last: an element does not win against itself.
namespace descent::inline v1::kernels {
namespace {

constexpr Index kChunk = Index{1} << 14;  // products of taps and windows that one thread looks at a time

template <class T> constexpr T least() {
  if constexpr (std::is_floating_point_v<T>) return -std::numeric_limits<T>::infinity();
  else return std::numeric_limits<T>::lowest();
}

constexpr Index kShort = 8;  // windows of a row

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Taps of a window that are there.
struct Taps {
  Index first = 0, count = 1;  ///< position of the first, and how many
};
std::vector<Taps> taps_of(const WindowAxis& axis) {
  std::vector<Taps> taps;
  for (Index q = 0; q < axis.windows; ++q) {
    if (axis.first == nullptr) {
      taps.push_back({});
      continue;
    }
    const Index skipped = axis.first[q] >= 0 ? 0 : (-axis.first[q] + axis.dilation - 1) / axis.dilation;
    const Index first = axis.first[q] + skipped * axis.dilation;
    const Index fitting = first < axis.in ? (axis.in - 1 - first) / axis.dilation + 1 : 0;
    taps.push_back({first, std::min(axis.count[q] - skipped, fitting)});
  }
  return taps;
}

/// The distance of windows that are alike; 0 where they are not.
Index distance(const WindowAxis& axis) {
  if (axis.windows < 2 || axis.first == nullptr) return axis.first == nullptr ? 0 : 1;
  const Index step = axis.first[1] - axis.first[0];
  for (Index q = 0; q < axis.windows; ++q)
    if (axis.first[q] != axis.first[0] + q * step || axis.count[q] != axis.count[0]) return 0;
  return std::max<Index>(step, 0);
}

/// What is known of the last axis before any row is read. P: an integer as wide as T where a plane's positions fit.
template <class T, class P> struct Row {
  WindowAxis axis;
  std::vector<Taps> taps = taps_of(axis);
  Index step = distance(axis);
  Index longest = 0;           ///< taps of a window
  Index width = axis.in;       ///< elements of a row as it is read
  Index phase = 0;             ///< of them from one phase to the next
  std::vector<P> lead{};       ///< the first position of each window
  std::vector<P> positions{};  ///< without a step: [longest, windows]; with one: q * step

  explicit Row(const WindowAxis& given) : axis(given) {
    for (Index q = 0; q < axis.windows; ++q) {
      lead.push_back(static_cast<P>(taps[at(q)].first));
      longest = std::max(longest, step > 0 ? axis.count[q] : taps[at(q)].count);
    }
    if (step > 0) {
      phase = axis.windows + (longest - 1) * axis.dilation / step + 1;
      width = phase * step;
      for (Index q = 0; q < axis.windows; ++q) positions.push_back(static_cast<P>(q * step));
    } else {
      for (Index j = 0; j < longest; ++j)
        for (const Taps& t : taps) positions.push_back(static_cast<P>(t.first + std::min(j, t.count - 1) * axis.dilation));
    }
  }

  /// With a step, a row as it is read: element t of phase r is x[first + t * step + r].
  void copy(const T* x, T* to) const {
    for (Index r = 0; r < step; ++r, to += phase) {
      const Index start = axis.first[0] + r;
      const Index low = std::clamp<Index>(start >= 0 ? 0 : (-start + step - 1) / step, 0, phase);
      const Index high = std::clamp<Index>(axis.in > start ? (axis.in - 1 - start) / step + 1 : 0, low, phase);
      std::fill(to, to + low, least<T>());
      if (step == 1) std::copy(x + start + low, x + start + high, to + low);
      else
        for (Index t = low; t < high; ++t) to[t] = x[start + t * step];
      std::fill(to + high, to + phase, least<T>());
    }
  }

  /// The taps of a row, whose first position in the plane is `base`, against what the windows have.
  void look(const T* row, P base, T* __restrict best, P* __restrict place) const {
    for (Index j = 0; j < longest; ++j) {
      if (step > 0) {
        const Index reach = j * axis.dilation;
        const T* from = row + reach % step * phase + reach / step;
        const P start = static_cast<P>(base + static_cast<P>(axis.first[0] + reach));
        const P* on = positions.data();
        for (Index q = 0; q < axis.windows; ++q) take(from[q], static_cast<P>(start + on[q]), best[q], place[q]);
      } else {
        const P* on = positions.data() + j * axis.windows;
        for (Index q = 0; q < axis.windows; ++q) take(row[on[q]], static_cast<P>(base + on[q]), best[q], place[q]);
      }
    }
  }

 private:
  /// Greater, or a NaN where there is none yet; branches nowhere.
  static void take(T x, P position, T& best, P& place) {
    const bool wins = !(x <= best) & (best == best);
    best = wins ? x : best;
    place = wins ? position : place;
  }
};

template <class T, class P> void run(Index planes, const std::array<WindowAxis, 3>& axes, const T* x, T* values, std::int64_t* indices) {
  const Row<T, P> row(axes[2]);
  const std::vector<Taps> outer = taps_of(axes[0]), middle = taps_of(axes[1]);
  const Index rows = axes[0].in * axes[1].in, windows = axes[2].windows, out = axes[0].windows * axes[1].windows * windows;
  const Index work = std::max<Index>(1, out * row.longest * outer[0].count * middle[0].count);
  parallel_for(0, planes, std::max<Index>(1, kChunk / work), [&](Index lo, Index hi) {
    std::vector<T> copies(row.step > 0 ? at(rows * row.width) : 0);
    std::vector<P> place(at(windows));
    for (Index plane = lo; plane < hi; ++plane) {
      const T* from = x + plane * rows * axes[2].in;
      if (row.step > 0)
        for (Index r = 0; r < rows; ++r) row.copy(from + r * axes[2].in, copies.data() + r * row.width);
      const T* read = row.step > 0 ? copies.data() : from;
      T* best = values + plane * out;
      std::int64_t* index = indices + plane * out;
      for (const Taps& t0 : outer)
        for (const Taps& t1 : middle) {
          const Index lead = (t0.first * axes[1].in + t1.first) * axes[2].in;
          std::fill_n(best, windows, least<T>());
          for (Index q = 0; q < windows; ++q) place[at(q)] = static_cast<P>(lead + row.lead[at(q)]);
          for (Index j0 = 0; j0 < t0.count; ++j0)
            for (Index j1 = 0; j1 < t1.count; ++j1) {
              const Index r = (t0.first + j0 * axes[0].dilation) * axes[1].in + t1.first + j1 * axes[1].dilation;
              row.look(read + r * row.width, static_cast<P>(r * axes[2].in), best, place.data());
            }
          std::copy(place.begin(), place.end(), index);
          best += windows;
          index += windows;
        }
    }
  });
}

/// One window after the other: where rows of windows are too short to be worth a copy.
template <class T> void run_short(Index planes, const std::array<WindowAxis, 3>& axes, const T* x, T* values, std::int64_t* indices) {
  const std::vector<Taps> outer = taps_of(axes[0]), middle = taps_of(axes[1]), inner = taps_of(axes[2]);
  const Index size = axes[0].in * axes[1].in * axes[2].in, out = axes[0].windows * axes[1].windows * axes[2].windows;
  const Index step1 = axes[1].dilation * axes[2].in, step2 = axes[2].dilation;
  parallel_for(0, planes, std::max<Index>(1, kChunk / (out * outer[0].count * middle[0].count * inner[0].count)), [&](Index lo, Index hi) {
    T* value = values + lo * out;
    std::int64_t* index = indices + lo * out;
    for (const T* plane = x + lo * size; plane != x + hi * size; plane += size)
      for (const Taps& t0 : outer)
        for (const Taps& t1 : middle)
          for (const Taps& t2 : inner) {
            Index place = (t0.first * axes[1].in + t1.first) * axes[2].in + t2.first, row0 = place;
            T best = plane[place];
            for (Index j0 = 0; j0 < t0.count; ++j0, row0 += axes[0].dilation * axes[1].in * axes[2].in)
              for (Index j1 = 0, row = row0; j1 < t1.count; ++j1, row += step1)
                for (Index j2 = 0, at = row; j2 < t2.count; ++j2, at += step2)
                  if (!(plane[at] <= best) && best == best) best = plane[at], place = at;
            *value++ = best;
            *index++ = place;
          }
  });
}

}  // namespace

template <class T> void window_max(Index planes, const std::array<WindowAxis, 3>& axes, const T* x, T* values, std::int64_t* indices) {
  if (planes == 0 || axes[0].windows == 0 || axes[1].windows == 0 || axes[2].windows == 0) return;
  if (axes[2].windows < kShort) return run_short(planes, axes, x, values, indices);
  const Index size = axes[0].in * axes[1].in * axes[2].in;
  if (sizeof(T) <= 4 && size < std::numeric_limits<std::int32_t>::max() / 4) run<T, std::int32_t>(planes, axes, x, values, indices);
  else run<T, std::int64_t>(planes, axes, x, values, indices);
}

// clang-format off
template void window_max(Index, const std::array<WindowAxis, 3>&, const float*, float*, std::int64_t*);
template void window_max(Index, const std::array<WindowAxis, 3>&, const double*, double*, std::int64_t*);
template void window_max(Index, const std::array<WindowAxis, 3>&, const std::int32_t*, std::int32_t*, std::int64_t*);
template void window_max(Index, const std::array<WindowAxis, 3>&, const std::int64_t*, std::int64_t*, std::int64_t*);
template void window_max(Index, const std::array<WindowAxis, 3>&, const std::uint8_t*, std::uint8_t*, std::int64_t*);
// clang-format on

}  // namespace descent::inline v1::kernels
