#include <descent/autodiff/kernels/softmax.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

#include <descent/autodiff/kernels/lanes.hpp>
#include <descent/autodiff/kernels/math/exponential.hpp>
#include <descent/autodiff/kernels/strips.hpp>

namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {
namespace {

constexpr Index kSumBlock = 64;  // Lanes added up one after the other

template <class T> T greatest_of(const SimdLane<T>& x) {
  return combined(x, [](T a, T b) { return b > a || b != b ? b : a; });
}
template <class T> T sum_of(const SimdLane<T>& x) {
  return combined(x, [](T a, T b) { return a + b; });
}

/// What is taken off the exponents, and the sum of exponentials then.
template <class T> struct Norm {
  SimdLane<T> shift, sum;
};

template <class T> SimdLane<T> shift_of(const SimdLane<T>& greatest) { return where(isfinite(greatest), greatest, SimdLane<T>(0)); }

/// Calls seen(k, exp(x - shift)) for each Lane on the way.
template <class T, class F> Norm<T> norm_of(const LaneRow<T>& row, const T* x, F seen) {
  using Lane = SimdLane<T>;
  const Lane nothing(-std::numeric_limits<T>::infinity());
  Lane greatest = row.load(x, 0, nothing);
  for (Index k = 1; k < row.count(); ++k)
    greatest = larger(row.load(x, k, nothing), greatest);  // a NaN may get lost: the sum is NaN anyway
  const Lane shift = shift_of(Lane(greatest_of(greatest)));
  Lane sum(0);
  for (Index block = 0; block < row.count(); block += kSumBlock) {
    Lane part(0);
    for (Index k = block; k < std::min(block + kSumBlock, row.count()); ++k) {
      const Lane power = exp_of(row.load(x, k, nothing) - shift);
      seen(k, power);
      part = part + power;
    }
    sum = sum + part;
  }
  return {shift, Lane(sum_of(sum))};
}

/// Calls f(k, lane) for a panel's rows in [lo, hi).
template <class T, class F> void each_lane(const LanePanel<T>& panel, Index lo, Index hi, F f) {
  for (Index k = lo; k < hi; ++k)
    for (Index lane = 0; lane < panel.lanes(); ++lane) f(k, lane);
}

/// The same for each column of a panel, with seen(k, lane, exp(x - shift)).
template <class T, class F> EachColumn<T, Norm<T>> norms_of(const LanePanel<T>& panel, const T* x, F seen) {
  using Lane = SimdLane<T>;
  const auto lanes = static_cast<std::size_t>(panel.lanes());
  EachColumn<T, Norm<T>> norms;
  EachColumn<T> greatest, part;
  each_lane(panel, 0, 1, [&](Index k, Index i) { greatest[static_cast<std::size_t>(i)] = panel.load(x, k, i); });
  each_lane(panel, 1, panel.count(), [&](Index k, Index i) {
    Lane& so_far = greatest[static_cast<std::size_t>(i)];
    so_far = larger(panel.load(x, k, i), so_far);
  });
  for (std::size_t i = 0; i < lanes; ++i) norms[i] = {shift_of(greatest[i]), Lane(0)};
  for (Index block = 0; block < panel.count(); block += kSumBlock) {
    std::fill_n(part.begin(), lanes, Lane(0));
    each_lane(panel, block, std::min(block + kSumBlock, panel.count()), [&](Index k, Index i) {
      const auto at = static_cast<std::size_t>(i);
      const Lane power = exp_of(panel.load(x, k, i) - norms[at].shift);
      seen(k, i, power);
      part[at] = part[at] + power;
    });
    for (std::size_t i = 0; i < lanes; ++i) norms[i].sum = norms[i].sum + part[i];
  }
  return norms;
}

/// What powers are divided by, and what is taken off exponents for that.
template <class T> SimdLane<T> divisor_of(const SimdLane<T>& sum) { return where(sum == SimdLane<T>(0), SimdLane<T>(1), sum); }
template <class T> SimdLane<T> log_divisor_of(const SimdLane<T>& sum) { return where(sum == SimdLane<T>(0), SimdLane<T>(0), log(sum)); }

}  // namespace
}  // namespace DESCENT_ISA_NAMESPACE

template <class T> void softmax(const Reduction& r, const T* x, T* y) {
  using Lane = SimdLane<T>;
  if (r.n == 0) return;
  if (r.inner == 1)
    return each_row<T>(r, [&](const LaneRow<T>& row, Index) {
      const Lane divisor = divisor_of(norm_of(row, x, [&](Index k, const Lane& power) { row.store(y, k, power); }).sum);
      for (Index k = 0; k < row.count(); ++k) row.store(y, k, row.reload(y, k) / divisor);
    });
  each_panel<T>(r, [&](const LanePanel<T>& panel, Index) {
    auto norms = norms_of(panel, x, [&](Index k, Index i, const Lane& power) { panel.store(y, k, i, power); });
    for (Norm<T>& norm : std::span(norms).first(static_cast<std::size_t>(panel.lanes()))) norm.sum = divisor_of(norm.sum);
    each_lane(panel, 0, panel.count(),
              [&](Index k, Index i) { panel.store(y, k, i, panel.reload(y, k, i) / norms[static_cast<std::size_t>(i)].sum); });
  });
}

template <class T> void log_softmax(const Reduction& r, const T* x, T* y) {
  using Lane = SimdLane<T>;
  if (r.n == 0) return;
  if (r.inner == 1)
    return each_row<T>(r, [&](const LaneRow<T>& row, Index) {
      const Norm<T> norm = norm_of(row, x, [](Index, const Lane&) {});
      const Lane log_sum = log_divisor_of(norm.sum);
      for (Index k = 0; k < row.count(); ++k) row.store(y, k, row.load(x, k, Lane(0)) - norm.shift - log_sum);
    });
  each_panel<T>(r, [&](const LanePanel<T>& panel, Index) {
    auto norms = norms_of(panel, x, [](Index, Index, const Lane&) {});
    for (Norm<T>& norm : std::span(norms).first(static_cast<std::size_t>(panel.lanes()))) norm.sum = log_divisor_of(norm.sum);
    each_lane(panel, 0, panel.count(), [&](Index k, Index i) {
      const Norm<T>& norm = norms[static_cast<std::size_t>(i)];
      panel.store(y, k, i, panel.load(x, k, i) - norm.shift - norm.sum);
    });
  });
}

template <class T> void logsumexp(const Reduction& r, const T* x, T* y) {
  using Lane = SimdLane<T>;
  if (r.n == 0) {
    std::fill_n(y, r.outer * r.inner, -std::numeric_limits<T>::infinity());
    return;
  }
  if (r.inner == 1)
    return each_row<T>(r, [&](const LaneRow<T>& row, Index at) {
      const Norm<T> norm = norm_of(row, x, [](Index, const Lane&) {});
      (norm.shift + log(norm.sum)).store(y + at, 1);
    });
  each_panel<T>(r, [&](const LanePanel<T>& panel, Index at) {
    const auto norms = norms_of(panel, x, [](Index, Index, const Lane&) {});
    for (Index i = 0; i < panel.lanes(); ++i) {
      const Norm<T>& norm = norms[static_cast<std::size_t>(i)];
      (norm.shift + log(norm.sum)).store(y + at + i * Lane::size, panel.width(i));
    }
  });
}

template void softmax<float>(const Reduction&, const float*, float*);
template void softmax<double>(const Reduction&, const double*, double*);
template void log_softmax<float>(const Reduction&, const float*, float*);
template void log_softmax<double>(const Reduction&, const double*, double*);
template void logsumexp<float>(const Reduction&, const float*, float*);
template void logsumexp<double>(const Reduction&, const double*, double*);

}  // namespace descent::inline v1::kernels
