#include <descent/autodiff/kernels/softmax.hpp>

#include <algorithm>
#include <limits>

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

/// Calls seen(k, exp(x - shift)) for each Lane on the way.
template <class T, bool row, class F> Norm<T> norm_of(const Strip<T, row>& strip, const T* x, F seen) {
  using Lane = SimdLane<T>;
  const Lane nothing(-std::numeric_limits<T>::infinity());
  Lane greatest = strip.load(x, 0, nothing);
  for (Index k = 1; k < strip.count(); ++k)
    greatest = larger(strip.load(x, k, nothing), greatest);  // a NaN may get lost: the sum is NaN anyway
  if constexpr (row) greatest = Lane(greatest_of(greatest));
  const Lane shift = where(isfinite(greatest), greatest, Lane(0));
  Lane sum(0);
  for (Index block = 0; block < strip.count(); block += kSumBlock) {
    Lane part(0);
    for (Index k = block; k < std::min(block + kSumBlock, strip.count()); ++k) {
      const Lane power = exp_of(strip.load(x, k, nothing) - shift);
      seen(k, power);
      part = part + power;
    }
    sum = sum + part;
  }
  if constexpr (row) sum = Lane(sum_of(sum));
  return {shift, sum};
}

}  // namespace
}  // namespace DESCENT_ISA_NAMESPACE

template <class T> void softmax(const Reduction& r, const T* x, T* y) {
  using Lane = SimdLane<T>;
  if (r.n == 0) return;
  each_strip<T>(r, [&](const auto& strip, Index, Index) {
    const Lane sum = norm_of(strip, x, [&](Index k, const Lane& power) { strip.store(y, k, power); }).sum;
    const Lane divisor = where(sum == Lane(0), Lane(1), sum);
    for (Index k = 0; k < strip.count(); ++k) strip.store(y, k, strip.reload(y, k) / divisor);
  });
}

template <class T> void log_softmax(const Reduction& r, const T* x, T* y) {
  using Lane = SimdLane<T>;
  if (r.n == 0) return;
  each_strip<T>(r, [&](const auto& strip, Index, Index) {
    const Norm<T> norm = norm_of(strip, x, [](Index, const Lane&) {});
    const Lane log_sum = where(norm.sum == Lane(0), Lane(0), log(norm.sum));
    for (Index k = 0; k < strip.count(); ++k) strip.store(y, k, strip.load(x, k, Lane(0)) - norm.shift - log_sum);
  });
}

template <class T> void logsumexp(const Reduction& r, const T* x, T* y) {
  using Lane = SimdLane<T>;
  if (r.n == 0) {
    std::fill_n(y, r.outer * r.inner, -std::numeric_limits<T>::infinity());
    return;
  }
  each_strip<T>(r, [&](const auto& strip, Index at, Index results) {
    const Norm<T> norm = norm_of(strip, x, [](Index, const Lane&) {});
    (norm.shift + log(norm.sum)).store(y + at, results);
  });
}

template void softmax<float>(const Reduction&, const float*, float*);
template void softmax<double>(const Reduction&, const double*, double*);
template void log_softmax<float>(const Reduction&, const float*, float*);
template void log_softmax<double>(const Reduction&, const double*, double*);
template void logsumexp<float>(const Reduction&, const float*, float*);
template void logsumexp<double>(const Reduction&, const double*, double*);

}  // namespace descent::inline v1::kernels
