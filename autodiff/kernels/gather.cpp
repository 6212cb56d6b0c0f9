#include <descent/autodiff/kernels/gather.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>

#include <descent/autodiff/kernels/parallel.hpp>

namespace descent::inline v1::kernels {
namespace {

constexpr Index kChunk = Index{1} << 15;  // about as many elements make a chunk
constexpr Index kStrip = 128;             // columns that go together at least: short pieces of many rows are slow to read

Index grain_for(Index work) { return std::max<Index>(1, kChunk / std::max<Index>(1, work)); }

/// The position of the first index outside [-n, n), or -1.
Index first_bad(const std::int64_t* index, Index count, Index n) {
  bool bad = false;
  for (Index i = 0; i < count; ++i) bad |= (index[i] < -n) | (index[i] >= n);
  if (!bad) return -1;
  return std::find_if(index, index + count, [n](std::int64_t i) { return i < -n || i >= n; }) - index;
}

Index from_front(std::int64_t i, Index n) { return i < 0 ? i + n : i; }

template <class E> void take_rows_of(const Selection& s, E* dst, const E* src, const std::int64_t* index) {
  parallel_for(0, s.outer * s.count, grain_for(s.inner), [&](Index lo, Index hi) {
    for (Index row = lo; row < hi; ++row) {
      const E* from = src + (row / s.count * s.n + from_front(index[row % s.count], s.n)) * s.inner;
      std::copy(from, from + s.inner, dst + row * s.inner);
    }
  });
}

/// dst[i] = from[index[i]] and whether all indices are in [-n, n); those that are not read from[0]. requires: n > 0
template <class E> bool take_elements(E* dst, const E* from, const std::int64_t* index, Index count, Index n) {
  constexpr Index block = 512;  // looked at, then taken from the first-level cache
  const auto last = static_cast<std::uint64_t>(n - 1);
  bool inside = true;
  for (Index lo = 0; lo < count; lo += block) {
    const Index hi = std::min(lo + block, count);
    std::uint64_t signs = 0;  // the highest bit is set where i < 0 or n - 1 - i < 0
    for (Index i = lo; i < hi; ++i) signs |= static_cast<std::uint64_t>(index[i]) | (last - static_cast<std::uint64_t>(index[i]));
    if (signs >> 63 == 0) {
      for (Index i = lo; i < hi; ++i) dst[i] = from[index[i]];
      continue;
    }
    for (Index i = lo; i < hi; ++i) {
      const Index at = from_front(index[i], n);
      const bool good = static_cast<std::uint64_t>(at) < static_cast<std::uint64_t>(n);
      inside &= good;
      dst[i] = from[good ? at : 0];
    }
  }
  return inside;
}

/// Returns as first_bad. Each chunk checks its own indices.
template <class E> Index take_along_of(const Selection& s, E* dst, const E* src, const std::int64_t* index) {
  const Index all = s.outer * s.count * s.inner;
  std::atomic<Index> bad{all};
  parallel_for(0, s.outer * s.count, grain_for(s.inner), [&](Index lo, Index hi) {
    const bool single = s.inner == 1 && s.n > 0;  // then the check costs no pass of its own
    bool inside = true;
    for (Index row = lo; single && row < hi;) {
      const Index end = std::min(hi, row - row % s.count + s.count);
      inside &= take_elements(dst + row, src + row / s.count * s.n, index + row, end - row, s.n);
      row = end;
    }
    if (single && inside) return;
    if (const Index at = first_bad(index + lo * s.inner, (hi - lo) * s.inner, s.n); at >= 0) {
      for (Index seen = bad; lo * s.inner + at < seen && !bad.compare_exchange_weak(seen, lo * s.inner + at);) {}
      return;
    }
    for (Index row = lo; row < hi;) {
      const E* from = src + row / s.count * s.n * s.inner;
      const Index end = std::min(hi, row - row % s.count + s.count);
      for (Index e = row * s.inner; row < end; ++row)
        for (Index i = 0; i < s.inner; ++i, ++e) dst[e] = from[from_front(index[e], s.n) * s.inner + i];
    }
  });
  return bad == all ? -1 : bad.load();
}

/// Runs f(o, lo, hi) for columns [lo, hi) of each outer o: duplicates meet in one thread, in the order of the index.
template <class F> void for_columns(const Selection& s, F f) {
  const Index width = std::clamp<Index>(kChunk / std::max<Index>(1, s.count), kStrip, std::max<Index>(kStrip, s.inner));
  const Index parts = (s.inner + width - 1) / width;
  parallel_for(0, s.outer * parts, grain_for(s.count * std::min(width, s.inner)), [&](Index lo, Index hi) {
    for (Index i = lo; i < hi; ++i) f(i / parts, i % parts * width, std::min(s.inner, (i % parts + 1) * width));
  });
}

/// Integers wrap around.
template <class T> T added(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) + static_cast<std::make_unsigned_t<T>>(b));
  else return a + b;
}

/// Calls f with a value whose type has that many bytes.
template <class F> void with_element(Index size, F f) {
  if (size == 1) f(std::uint8_t{});
  else if (size == 4) f(std::uint32_t{});
  else f(std::uint64_t{});
}

}  // namespace

Index take_rows(const Selection& s, void* dst, const void* src, const std::int64_t* index, Index element_size) {
  if (const Index bad = first_bad(index, s.count, s.n); bad >= 0) return bad;
  with_element(element_size, [&]<class E>(E) { take_rows_of(s, static_cast<E*>(dst), static_cast<const E*>(src), index); });
  return -1;
}

Index take_along(const Selection& s, void* dst, const void* src, const std::int64_t* index, Index element_size) {
  Index bad = -1;
  with_element(element_size, [&]<class E>(E) { bad = take_along_of(s, static_cast<E*>(dst), static_cast<const E*>(src), index); });
  return bad;
}

template <class T> Index add_rows(const Selection& s, T* dst, const T* src, const std::int64_t* index) {
  if (const Index bad = first_bad(index, s.count, s.n); bad >= 0) return bad;
  for_columns(s, [&](Index o, Index lo, Index hi) {
    for (Index c = 0; c < s.count; ++c) {
      T* to = dst + (o * s.n + from_front(index[c], s.n)) * s.inner;
      const T* from = src + (o * s.count + c) * s.inner;
      for (Index i = lo; i < hi; ++i) to[i] = added(to[i], from[i]);
    }
  });
  return -1;
}

template <class T> Index add_along(const Selection& s, T* dst, const T* src, const std::int64_t* index) {
  if (const Index bad = first_bad(index, s.outer * s.count * s.inner, s.n); bad >= 0) return bad;
  for_columns(s, [&](Index o, Index lo, Index hi) {
    T* to = dst + o * s.n * s.inner;
    for (Index c = 0; c < s.count; ++c)
      for (Index i = lo; i < hi; ++i) {
        const Index e = (o * s.count + c) * s.inner + i;
        T& place = to[from_front(index[e], s.n) * s.inner + i];
        place = added(place, src[e]);
      }
  });
  return -1;
}

// clang-format off
template Index add_rows(const Selection&, float*, const float*, const std::int64_t*);
template Index add_rows(const Selection&, double*, const double*, const std::int64_t*);
template Index add_rows(const Selection&, std::int32_t*, const std::int32_t*, const std::int64_t*);
template Index add_rows(const Selection&, std::int64_t*, const std::int64_t*, const std::int64_t*);
template Index add_along(const Selection&, float*, const float*, const std::int64_t*);
template Index add_along(const Selection&, double*, const double*, const std::int64_t*);
template Index add_along(const Selection&, std::int32_t*, const std::int32_t*, const std::int64_t*);
template Index add_along(const Selection&, std::int64_t*, const std::int64_t*, const std::int64_t*);
// clang-format on

}  // namespace descent::inline v1::kernels
