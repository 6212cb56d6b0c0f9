#include <descent/autodiff/kernels/scatter.hpp>

#include <algorithm>

#include <descent/autodiff/kernels/parallel.hpp>

namespace descent::inline v1::kernels {
namespace {

constexpr Index kChunk = Index{1} << 15;  // about as many elements make a chunk
constexpr Index kStrip = 128;             // columns that go together at least: short pieces of many rows are slow to read

/// Writes f(element there, element that comes), with all that come to a place in one thread, in the order of the index.
template <class T, class F> Index combine_along(const Selection& s, T* dst, const T* src, const std::int64_t* index, F f) {
  const Index all = s.outer * s.count * s.inner;
  const std::int64_t* bad = std::find_if(index, index + all, [&](std::int64_t i) { return i < -s.n || i >= s.n; });
  if (bad != index + all) return bad - index;
  if (all == 0) return -1;
  const Index width = std::min(s.inner, std::max<Index>(kStrip, kChunk / s.count));
  const Index parts = (s.inner + width - 1) / width;
  parallel_for(0, s.outer * parts, std::max<Index>(1, kChunk / (s.count * width)), [&](Index lo, Index hi) {
    for (Index part = lo; part < hi; ++part) {
      const Index o = part / parts, first = part % parts * width, last = std::min(first + width, s.inner);
      for (Index c = 0; c < s.count; ++c)
        for (Index i = first; i < last; ++i) {
          const Index e = (o * s.count + c) * s.inner + i;
          T& place = dst[(o * s.n + (index[e] < 0 ? index[e] + s.n : index[e])) * s.inner + i];
          place = f(place, src[e]);
        }
    }
  });
  return -1;
}

}  // namespace

template <class T> Index max_along(const Selection& s, T* dst, const T* src, const std::int64_t* index) {
  return combine_along(s, dst, src, index, [](T a, T b) { return b > a || b != b ? b : a; });
}
template <class T> Index min_along(const Selection& s, T* dst, const T* src, const std::int64_t* index) {
  return combine_along(s, dst, src, index, [](T a, T b) { return b < a || b != b ? b : a; });
}

// clang-format off
template Index max_along(const Selection&, float*, const float*, const std::int64_t*);
template Index max_along(const Selection&, double*, const double*, const std::int64_t*);
template Index max_along(const Selection&, std::int32_t*, const std::int32_t*, const std::int64_t*);
template Index max_along(const Selection&, std::int64_t*, const std::int64_t*, const std::int64_t*);
template Index max_along(const Selection&, std::uint8_t*, const std::uint8_t*, const std::int64_t*);
template Index min_along(const Selection&, float*, const float*, const std::int64_t*);
template Index min_along(const Selection&, double*, const double*, const std::int64_t*);
template Index min_along(const Selection&, std::int32_t*, const std::int32_t*, const std::int64_t*);
template Index min_along(const Selection&, std::int64_t*, const std::int64_t*, const std::int64_t*);
template Index min_along(const Selection&, std::uint8_t*, const std::uint8_t*, const std::int64_t*);
// clang-format on

}  // namespace descent::inline v1::kernels
