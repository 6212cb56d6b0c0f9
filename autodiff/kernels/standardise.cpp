#include <descent/autodiff/kernels/standardise.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include <descent/autodiff/kernels/strips.hpp>

// Passes over a row, all but the first of which find it in cache, or over a panel of columns. One that is longer than a part is cut into
// parts, which run in parallel where it is the only one, and whose sums are added in their order.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {
namespace {

constexpr Index kSumBlock = 64;  // Lanes added up one after the other, in each of four sums, or fours of them
constexpr Index kPart = 2048;    // Lanes of a row, rows of a panel

template <class T> struct TwoLanes {
  SimdLane<T> first, second;
  TwoLanes() = default;
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

/// Both of V's Lanes, or its only one, without what lies behind the end of the row.
template <class T> SimdLane<T> within(const LaneRow<T>& row, const SimdLane<T>& v) { return row.only(row.count() - 1, v); }
template <class T> TwoLanes<T> within(const LaneRow<T>& row, const TwoLanes<T>& v) { return {within(row, v.first), within(row, v.second)}; }

/// The sum of f(the Lanes of each of x) over a row: its elements' is that of the Lane's.
template <class V, class T, class F, class... X> V sum_over(const LaneRow<T>& row, F f, const X*... x) {
  using Lane = SimdLane<T>;
  const V sum = sum_of<V>(row.whole(), [&](Index k) { return f(Lane::load(row.at(x, k))...); });
  return row.whole() == row.count() ? sum : sum + within(row, f(row.load(x, row.count() - 1, Lane(0))...));
}
template <class T> SimdLane<T> whole(const SimdLane<T>& sums) {
  return SimdLane<T>(combined(sums, [](T a, T b) { return a + b; }));
}

/// y = f(the Lanes of each of x) over a row.
template <class T, class F, class... X> void map_over(const LaneRow<T>& row, T* y, F f, const X*... x) {
  using Lane = SimdLane<T>;
  parallel_for(0, row.whole(), kPart, [&](Index lo, Index hi) {
    for (Index k = lo; k < hi; ++k) f(Lane::load(row.at(x, k))...).store(row.at(y, k));
  });
  if (row.whole() < row.count()) row.store(y, row.whole(), f(row.load(x, row.whole(), Lane(0))...));
}

/// term(lo, i) + ... + term(hi - 1, i) for each Lane i, where term(k, i) is of row k.
template <class V, class T, class F> EachColumn<T, V> sums_of_part(const LanePanel<T>& panel, Index lo, Index hi, F term) {
  const auto lanes = static_cast<std::size_t>(panel.lanes());
  EachColumn<T, V> total, part;
  std::fill_n(total.begin(), lanes, V(0));
  for (Index block = lo; block < hi; block += 4 * kSumBlock) {
    const Index end = std::min(block + 4 * kSumBlock, hi);
    std::fill_n(part.begin(), lanes, V(0));
    Index k = block;
    for (; k + 4 <= end; k += 4)
      for (std::size_t i = 0; i < lanes; ++i) part[i] = part[i] + ((term(k, i) + term(k + 1, i)) + (term(k + 2, i) + term(k + 3, i)));
    for (; k < end; ++k)
      for (std::size_t i = 0; i < lanes; ++i) part[i] = part[i] + term(k, i);
    for (std::size_t i = 0; i < lanes; ++i) total[i] = total[i] + part[i];
  }
  return total;
}

/// The sums of f(Lane i, the Lanes of each of x) over a panel's columns.
template <class V, class T, class F, class... X> EachColumn<T, V> sums_over(const LanePanel<T>& panel, F f, const X*... x) {
  const auto term = [&](Index k, std::size_t i) { return f(i, panel.load(x, k, static_cast<Index>(i))...); };
  if (panel.count() <= kPart) return sums_of_part<V>(panel, 0, panel.count(), term);
  std::vector<EachColumn<T, V>> parts(static_cast<std::size_t>((panel.count() - 1) / kPart + 1));
  parallel_for(0, panel.count(), kPart,
               [&](Index lo, Index hi) { parts[static_cast<std::size_t>(lo / kPart)] = sums_of_part<V>(panel, lo, hi, term); });
  for (std::size_t p = 1; p < parts.size(); ++p)
    for (std::size_t i = 0; i < static_cast<std::size_t>(panel.lanes()); ++i) parts[0][i] = parts[0][i] + parts[p][i];
  return parts[0];
}

/// y = f(Lane i, the Lanes of each of x) over a panel.
template <class T, class F, class... X> void map_over(const LanePanel<T>& panel, T* y, F f, const X*... x) {
  parallel_for(0, panel.count(), kPart, [&](Index lo, Index hi) {
    for (Index k = lo; k < hi; ++k)
      for (Index i = 0; i < panel.lanes(); ++i) panel.store(y, k, i, f(static_cast<std::size_t>(i), panel.load(x, k, i)...));
  });
}

/// The mean in two parts, 1 / sqrt(variance + eps), and the variance.
template <class T> struct Moments {
  SimdLane<T> first, second, scale, variance;

  SimdLane<T> about_mean(const SimdLane<T>& v) const { return v - first - second; }
  void set_variance(const SimdLane<T>& v, T eps) {
    variance = v;
    scale = SimdLane<T>(1) / sqrt(v + SimdLane<T>(eps));
  }
};
template <class T> SimdLane<T> squared(const SimdLane<T>& v) { return v * v; }

template <class T> Moments<T> standardise_row(const LaneRow<T>& row, const SimdLane<T>& n, T eps, const T* x, T* y) {
  using Lane = SimdLane<T>;
  Moments<T> m;
  m.first = whole(sum_over<Lane>(
                row, [](const Lane& v) { return v; }, x)) /
            n;
  m.second = whole(sum_over<Lane>(
                 row, [&](const Lane& v) { return v - m.first; }, x)) /
             n;
  m.set_variance(whole(sum_over<Lane>(
                     row, [&](const Lane& v) { return squared(m.about_mean(v)); }, x)) /
                     n,
                 eps);
  map_over(
      row, y, [&](const Lane& v) { return m.about_mean(v) * m.scale; }, x);
  return m;
}

template <class T> EachColumn<T, Moments<T>> standardise_panel(const LanePanel<T>& panel, const SimdLane<T>& n, T eps, const T* x, T* y) {
  using Lane = SimdLane<T>;
  EachColumn<T, Moments<T>> m;
  const auto each = [&](const EachColumn<T>& sums, auto f) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(panel.lanes()); ++i) f(m[i], sums[i] / n);
  };
  each(sums_over<Lane>(
           panel, [](std::size_t, const Lane& v) { return v; }, x),
       [](Moments<T>& to, const Lane& mean) { to.first = mean; });
  each(sums_over<Lane>(
           panel, [&](std::size_t i, const Lane& v) { return v - m[i].first; }, x),
       [](Moments<T>& to, const Lane& mean) { to.second = mean; });
  each(sums_over<Lane>(
           panel, [&](std::size_t i, const Lane& v) { return squared(m[i].about_mean(v)); }, x),
       [eps](Moments<T>& to, const Lane& mean) { to.set_variance(mean, eps); });
  map_over(
      panel, y, [&](std::size_t i, const Lane& v) { return m[i].about_mean(v) * m[i].scale; }, x);
  return m;
}

/// What the cotangents of a column or a row add up to, and what is left of one.
template <class T> TwoLanes<T> adjoint_terms(const SimdLane<T>& value, const SimdLane<T>& c) { return {c, absorb(c, value)}; }
template <class T>
SimdLane<T> adjoint_rest(const TwoLanes<T>& means, const SimdLane<T>& times, const SimdLane<T>& value, const SimdLane<T>& c) {
  return absorb(c - means.first - absorb(means.second, value), times);
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
  const auto store = [&](const Moments<T>& m, Index at, Index results) {
    (m.first + m.second).store(mean + at, results);
    m.variance.store(variance + at, results);
  };
  if (r.inner == 1) return each_row<T>(r, [&](const LaneRow<T>& row, Index at) { store(standardise_row(row, n, eps, x, y), at, 1); });
  each_panel<T>(r, [&](const LanePanel<T>& panel, Index at) {
    const EachColumn<T, Moments<T>> m = standardise_panel(panel, n, eps, x, y);
    for (Index i = 0; i < panel.lanes(); ++i) store(m[static_cast<std::size_t>(i)], at + i * Lane::size, panel.width(i));
  });
}

template <class T> void standardise_adjoint(const Reduction& r, const T* y, const T* scale, const T* ct, T* result) {
  using Lane = SimdLane<T>;
  if (r.n == 0) return;
  const Lane n(static_cast<T>(r.n));
  if (r.inner == 1)
    return each_row<T>(r, [&](const LaneRow<T>& row, Index at) {
      const auto sums = sum_over<TwoLanes<T>>(row, adjoint_terms<T>, y, ct);
      const TwoLanes<T> means(whole(sums.first) / n, whole(sums.second) / n);
      const Lane times(scale[at]);
      map_over(
          row, result, [&](const Lane& value, const Lane& c) { return adjoint_rest(means, times, value, c); }, y, ct);
    });
  each_panel<T>(r, [&](const LanePanel<T>& panel, Index at) {
    const auto terms = [](std::size_t, const Lane& value, const Lane& c) { return adjoint_terms(value, c); };
    auto means = sums_over<TwoLanes<T>>(panel, terms, y, ct);
    EachColumn<T> times;
    for (std::size_t i = 0; i < static_cast<std::size_t>(panel.lanes()); ++i) {
      means[i] = {means[i].first / n, means[i].second / n};
      times[i] = Lane::load(scale + at + static_cast<Index>(i) * Lane::size);
    }
    map_over(
        panel, result, [&](std::size_t i, const Lane& value, const Lane& c) { return adjoint_rest(means[i], times[i], value, c); }, y, ct);
  });
}

template void standardise<float>(const Reduction&, float, const float*, float*, float*, float*);
template void standardise<double>(const Reduction&, double, const double*, double*, double*, double*);
template void standardise_adjoint<float>(const Reduction&, const float*, const float*, const float*, float*);
template void standardise_adjoint<double>(const Reduction&, const double*, const double*, const double*, double*);

}  // namespace descent::inline v1::kernels
