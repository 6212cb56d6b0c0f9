#include <descent/autodiff/kernels/standardise.hpp>

#include <algorithm>
#include <limits>
#include <vector>

#include <descent/autodiff/kernels/strips.hpp>

// Passes over a strip, all but the first of which find it in cache. A strip that is longer than a part is cut into parts, which run in
// parallel where it is the only one, and whose sums are added in their order.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {
namespace {

constexpr Index kSumBlock = 64;  // Lanes added up one after the other, in each of four sums
constexpr Index kPart = 2048;    // Lanes

template <class T> struct TwoLanes {
  SimdLane<T> first, second;
  explicit TwoLanes(int x) : first(x), second(x) {}
  TwoLanes(const SimdLane<T>& a, const SimdLane<T>& b) : first(a), second(b) {}
  friend TwoLanes operator+(const TwoLanes& a, const TwoLanes& b) { return {a.first + b.first, a.second + b.second}; }
};

/// term(lo) + ... + term(hi - 1)
template <class V, class F> V sum_of_part(Index lo, Index hi, F term) {
  V total(0);
  for (Index block = lo; block < hi; block += 4 * kSumBlock) {
    const Index end = std::min(block + 4 * kSumBlock, hi);
    V a(0), b(0), c(0), d(0);
    Index k = block;
    for (; k + 4 <= end; k += 4) {
      a = a + term(k);
      b = b + term(k + 1);
      c = c + term(k + 2);
      d = d + term(k + 3);
    }
    if (k < end) a = a + term(k);
    if (k + 1 < end) b = b + term(k + 1);
    if (k + 2 < end) c = c + term(k + 2);
    total = total + ((a + b) + (c + d));
  }
  return total;
}

template <class V, class F> V sum_of(Index count, F term) {
  if (count <= kPart) return sum_of_part<V>(0, count, term);
  std::vector<V> parts(static_cast<std::size_t>((count - 1) / kPart + 1), V(0));
  parallel_for(0, count, kPart, [&](Index lo, Index hi) { parts[static_cast<std::size_t>(lo / kPart)] = sum_of_part<V>(lo, hi, term); });
  V total = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) total = total + parts[i];
  return total;
}

/// Both of V's Lanes, or its only one, without what lies behind the end of a row.
template <class S, class T> SimdLane<T> within(const S& strip, const SimdLane<T>& v) { return strip.only(strip.count() - 1, v); }
template <class S, class T> TwoLanes<T> within(const S& strip, const TwoLanes<T>& v) {
  return {within(strip, v.first), within(strip, v.second)};
}

/// The sum of f(the Lanes of each of x) over a strip.
template <class V, class T, bool row, class F, class... X> V sum_over(const Strip<T, row>& strip, F f, const X*... x) {
  using Lane = SimdLane<T>;
  const Index count = strip.count();
  if (!row) return sum_of<V>(count, [&](Index k) { return f(Lane::load(strip.at(x, k))...); });
  const V sum = sum_of<V>(strip.whole(), [&](Index k) { return f(Lane::load(strip.at(x, k))...); });
  return strip.whole() == count ? sum : sum + within(strip, f(strip.load(x, count - 1, Lane(0))...));
}

/// y = f(the Lanes of each of x) over a strip.
template <class T, bool row, class F, class... X> void map_over(const Strip<T, row>& strip, T* y, F f, const X*... x) {
  using Lane = SimdLane<T>;
  parallel_for(0, strip.whole(), kPart, [&](Index lo, Index hi) {
    for (Index k = lo; k < hi; ++k) f(Lane::load(strip.at(x, k))...).store(strip.at(y, k));
  });
  parallel_for(strip.whole(), strip.count(), kPart, [&](Index lo, Index hi) {
    for (Index k = lo; k < hi; ++k) strip.store(y, k, f(strip.load(x, k, Lane(0))...));
  });
}

/// What the Lanes of a strip, added up, say of each of its elements: a row has one sum, neighbouring columns one each.
template <class T, bool row> SimdLane<T> whole(const Strip<T, row>&, const SimdLane<T>& sums) {
  if constexpr (row) return SimdLane<T>(combined(sums, [](T a, T b) { return a + b; }));
  else return sums;
}

}  // namespace
}  // namespace DESCENT_ISA_NAMESPACE

template <class T> void standardise(const Reduction& r, T eps, const T* x, T* y, T* mean, T* variance) {
  using Lane = SimdLane<T>;
  if (r.n == 0) {
    std::fill_n(mean, r.outer * r.inner, std::numeric_limits<T>::quiet_NaN());
    std::fill_n(variance, r.outer * r.inner, std::numeric_limits<T>::quiet_NaN());
    return;
  }
  const Lane n(static_cast<T>(r.n));
  each_strip<T>(r, [&](const auto& strip, Index at, Index results) {
    const Lane first = whole(strip, sum_over<Lane>(
                                        strip, [](const Lane& v) { return v; }, x)) /
                       n;
    const Lane second = whole(strip, sum_over<Lane>(
                                         strip, [&](const Lane& v) { return v - first; }, x)) /
                        n;
    const auto square = [&](const Lane& v) {
      const Lane about = v - first - second;
      return about * about;
    };
    const Lane spread = whole(strip, sum_over<Lane>(strip, square, x)) / n;
    const Lane scale = Lane(1) / sqrt(spread + Lane(eps));
    map_over(
        strip, y, [&](const Lane& v) { return (v - first - second) * scale; }, x);
    (first + second).store(mean + at, results);
    spread.store(variance + at, results);
  });
}

template <class T> void standardise_adjoint(const Reduction& r, const T* y, const T* scale, const T* ct, T* result) {
  using Lane = SimdLane<T>;
  if (r.n == 0) return;
  const Lane n(static_cast<T>(r.n));
  each_strip<T>(r, [&](const auto& strip, Index at, Index results) {
    const auto terms = [](const Lane& value, const Lane& c) { return TwoLanes<T>(c, absorb(c, value)); };
    const auto sums = sum_over<TwoLanes<T>>(strip, terms, y, ct);
    const Lane shift = whole(strip, sums.first) / n, along = whole(strip, sums.second) / n;
    const Lane times = results == 1 ? Lane(scale[at]) : Lane::load(scale + at);
    const auto left = [&](const Lane& value, const Lane& c) { return absorb(c - shift - absorb(along, value), times); };
    map_over(strip, result, left, y, ct);
  });
}

template void standardise<float>(const Reduction&, float, const float*, float*, float*, float*);
template void standardise<double>(const Reduction&, double, const double*, double*, double*, double*);
template void standardise_adjoint<float>(const Reduction&, const float*, const float*, const float*, float*);
template void standardise_adjoint<double>(const Reduction&, const double*, const double*, const double*, double*);

}  // namespace descent::inline v1::kernels
