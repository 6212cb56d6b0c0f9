#include <descent/autodiff/kernels/softmax.hpp>

#include <algorithm>
#include <limits>

#include <descent/autodiff/kernels/lanes.hpp>
#include <descent/autodiff/kernels/math/exponential.hpp>
#include <descent/autodiff/kernels/parallel.hpp>

namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {
namespace {

constexpr Index kGrain = Index{1} << 13;  // elements a chunk has at least
constexpr Index kSumBlock = 64;           // Lanes added up one after the other

constexpr std::uint8_t kOnesThenZeros[32] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/// All elements of a lane combined, in a fixed order.
template <class T, class F> T combined(const SimdLane<T>& x, F f) {
  alignas(64) T all[SimdLane<T>::size];
  x.store(all);
  for (int half = SimdLane<T>::size / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) all[i] = f(all[i], all[i + half]);
  return all[0];
}
template <class T> T greatest_of(const SimdLane<T>& x) {
  return combined(x, [](T a, T b) { return b > a || b != b ? b : a; });
}
template <class T> T sum_of(const SimdLane<T>& x) {
  return combined(x, [](T a, T b) { return a + b; });
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
  Lane load(const T* x, Index k) const {
    const T* from = x + begin_ + k * step_;
    if (!row || width(k) == Lane::size) return Lane::load(from);
    const Lane nothing(-std::numeric_limits<T>::infinity());
    const auto wanted = SimdMask<T>::load(kOnesThenZeros + 16 - last_);
    return where(wanted, last_ == 1 ? Lane(*from) : Lane::load(from), nothing);  // one element may be a scalar, with no room behind it
  }
  void store(T* y, Index k, const Lane& value) const { value.store(y + begin_ + k * step_, width(k)); }
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

/// What is taken off the exponents, and the sum of exponentials then.
template <class T> struct Norm {
  SimdLane<T> shift, sum;
};

/// Calls seen(k, exp(x - shift)) for each Lane on the way.
template <class T, bool row, class F> Norm<T> norm_of(const Strip<T, row>& strip, const T* x, F seen) {
  using Lane = SimdLane<T>;
  Lane greatest = strip.load(x, 0);
  for (Index k = 1; k < strip.count(); ++k) greatest = larger(strip.load(x, k), greatest);  // a NaN may get lost: the sum is NaN anyway
  if constexpr (row) greatest = Lane(greatest_of(greatest));
  const Lane shift = where(isfinite(greatest), greatest, Lane(0));
  Lane sum(0);
  for (Index block = 0; block < strip.count(); block += kSumBlock) {
    Lane part(0);
    for (Index k = block; k < std::min(block + kSumBlock, strip.count()); ++k) {
      const Lane power = exp_of(strip.load(x, k) - shift);
      seen(k, power);
      part = part + power;
    }
    sum = sum + part;
  }
  if constexpr (row) sum = Lane(sum_of(sum));
  return {shift, sum};
}

/// Calls f(strip, position of its first result in [outer, inner], results) for every strip, in parallel. requires: n > 0
template <class T, class F> void each_strip(const Reduction& r, F f) {
  constexpr Index size = SimdLane<T>::size;
  if (r.inner == 1) {
    parallel_for(0, r.outer, std::max<Index>(kGrain / r.n, 1), [&](Index lo, Index hi) {
      for (Index o = lo; o < hi; ++o) f(Strip<T, true>(o * r.n, r.n), o, Index{1});
    });
    return;
  }
  const Index across = (r.inner + size - 1) / size;
  parallel_for(0, r.outer * across, std::max<Index>(kGrain / (r.n * size), 1), [&](Index lo, Index hi) {
    for (Index at = lo; at < hi; ++at) {
      const Index o = at / across;
      const Index i = at % across * size;
      const Index width = std::min(size, r.inner - i);
      f(Strip<T, false>(o * r.n * r.inner + i, r.n, r.inner, width), o * r.inner + i, width);
    }
  });
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
    for (Index k = 0; k < strip.count(); ++k) strip.store(y, k, strip.load(x, k) - norm.shift - log_sum);
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
