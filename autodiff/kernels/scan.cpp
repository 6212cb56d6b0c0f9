#include <descent/autodiff/kernels/scan.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include <descent/autodiff/kernels/parallel.hpp>

namespace descent::inline v1::kernels {
namespace {

constexpr Index kChunk = Index{1} << 14;  // elements a chunk has at least
constexpr Index kWidth = 64;              // columns that march together, their states side by side

/// Calls step(state, element, position on the axis) down each column, which starts with a state of its own.
template <class State, class Step> void march(const Reduction& r, bool backwards, const State& start, Step step) {
  if (r.outer * r.n * r.inner == 0) return;
  const Index width = std::min(r.inner, kWidth);
  const Index strips = (r.inner + width - 1) / width;
  parallel_for(0, r.outer * strips, std::max<Index>(1, kChunk / (r.n * width)), [&](Index lo, Index hi) {
    for (Index strip = lo; strip < hi; ++strip) {
      const Index first = strip % strips * width;
      const Index count = std::min(width, r.inner - first);
      const Index begin = strip / strips * r.n * r.inner + first;
      if (count == 1) {
        State state = start;
        const Index n = r.n, way = backwards ? -1 : 1, stride = way * r.inner;  // copies: the results could be r's numbers
        Index at = backwards ? n - 1 : 0, element = begin + at * r.inner;
        for (Index k = 0; k < n; ++k, at += way, element += stride) step(state, element, at);
        continue;
      }
      std::array<State, kWidth> states;
      states.fill(start);
      for (Index k = 0; k < r.n; ++k) {
        const Index at = backwards ? r.n - 1 - k : k;
        const Index row = begin + at * r.inner;
        for (Index i = 0; i < count; ++i) step(states[static_cast<std::size_t>(i)], row + i, at);
      }
    }
  });
}

/// Both are of the same kind: integers wrap around.
template <class T, class F> T wrapping(T a, T b, F f) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(f(static_cast<std::make_unsigned_t<T>>(a), static_cast<std::make_unsigned_t<T>>(b)));
  else return f(a, b);
}

/// A running sum: of floats in double, of doubles with what rounding took from them (Knuth's two-sum), of integers wrapping around.
template <class T> struct Total {
  T sum{};
  T add(T x) {
    return sum = wrapping(sum, x, [](auto a, auto b) { return a + b; });
  }
};
template <> struct Total<float> {
  double sum = 0;
  float add(float x) { return static_cast<float>(sum += static_cast<double>(x)); }
};
template <> struct Total<double> {
  double sum = 0;
  double lost = 0;
  double add(double x) {
    const double next = sum + x;
    const double added = next - sum;
    lost += (sum - (next - added)) + (x - added);
    sum = next;
    return std::isfinite(sum) ? sum + lost : sum;  // past an infinity `lost` is NaN
  }
};

template <class T> struct Best {
  T value{};
  std::int64_t at = -1;
};

template <bool greatest, class T> bool better(T x, T than) {
  if (than != than) return false;
  return x != x || (greatest ? x > than : x < than);
}

template <bool greatest, class T> void cumulative_best(const Reduction& r, bool backwards, const T* x, T* y, std::int64_t* at) {
  march(r, backwards, Best<T>{}, [=](Best<T>& best, Index element, Index position) {
    const T e = x[element];
    const bool stays = greatest ? e <= best.value : e >= best.value;  // false for NaN: what is rare is looked at more closely
    if (!stays || best.at < 0)
      if (best.at < 0 || better<greatest>(e, best.value)) best = {e, position};
    y[element] = best.value;
    at[element] = best.at;
  });
}

}  // namespace

template <class T> void cumsum(const Reduction& r, bool backwards, const T* x, T* y) {
  march(r, backwards, Total<T>{}, [=](Total<T>& total, Index element, Index) { y[element] = total.add(x[element]); });
}

template <class T> void cumprod(const Reduction& r, bool backwards, const T* x, T* y) {
  march(r, backwards, T{1}, [=](T& product, Index element, Index) {
    y[element] = product = wrapping(product, x[element], [](auto a, auto b) { return a * b; });
  });
}

template <class T> void cummax(const Reduction& r, bool backwards, const T* x, T* y, std::int64_t* at) {
  cumulative_best<true>(r, backwards, x, y, at);
}
template <class T> void cummin(const Reduction& r, bool backwards, const T* x, T* y, std::int64_t* at) {
  cumulative_best<false>(r, backwards, x, y, at);
}

template <class T> void linear_recurrence(const Reduction& r, bool backwards, bool absorbing, const T* a, const T* b, T* y) {
  if (absorbing)
    march(r, backwards, T{}, [=](T& state, Index element, Index) {
      y[element] = state = (state == T{} || a[element] == T{} ? T{} : a[element] * state) + b[element];
    });
  else
    march(r, backwards, T{}, [=](T& state, Index element, Index position) {
      const bool first = position == (backwards ? r.n - 1 : 0);  // nothing came before, so a is not read
      y[element] = state = first ? b[element] : a[element] * state + b[element];
    });
}

// clang-format off
template void cumsum(const Reduction&, bool, const float*, float*);
template void cumsum(const Reduction&, bool, const double*, double*);
template void cumsum(const Reduction&, bool, const std::int64_t*, std::int64_t*);
template void cumprod(const Reduction&, bool, const float*, float*);
template void cumprod(const Reduction&, bool, const double*, double*);
template void cumprod(const Reduction&, bool, const std::int64_t*, std::int64_t*);
template void cummax(const Reduction&, bool, const float*, float*, std::int64_t*);
template void cummax(const Reduction&, bool, const double*, double*, std::int64_t*);
template void cummax(const Reduction&, bool, const std::int32_t*, std::int32_t*, std::int64_t*);
template void cummax(const Reduction&, bool, const std::int64_t*, std::int64_t*, std::int64_t*);
template void cummax(const Reduction&, bool, const std::uint8_t*, std::uint8_t*, std::int64_t*);
template void cummin(const Reduction&, bool, const float*, float*, std::int64_t*);
template void cummin(const Reduction&, bool, const double*, double*, std::int64_t*);
template void cummin(const Reduction&, bool, const std::int32_t*, std::int32_t*, std::int64_t*);
template void cummin(const Reduction&, bool, const std::int64_t*, std::int64_t*, std::int64_t*);
template void cummin(const Reduction&, bool, const std::uint8_t*, std::uint8_t*, std::int64_t*);
template void linear_recurrence(const Reduction&, bool, bool, const float*, const float*, float*);
template void linear_recurrence(const Reduction&, bool, bool, const double*, const double*, double*);
// clang-format on

}  // namespace descent::inline v1::kernels
