#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <descent/autodiff/kernels/simd_lane.hpp>

/// What the mathematical functions are made of: polynomials, exponents as bits, f32 computed in f64, and one element at
/// a time through the C library. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

using F32 = SimdLane<float>;
using F64 = SimdLane<double>;

/// a b + c, fused where the machine does it in one step: for polynomials, whose error bounds hold either way.
template <class L> L mad(const L& a, const L& b, const L& c) {
#ifdef __FMA__
  return fma(a, b, c);
#else
  return a * b + c;
#endif
}

/// c[0] + c[1] x + c[2] x^2 + ...; a long one as even(x^2) + x odd(x^2), two chains of half the length that run side by side.
template <class L, std::size_t n> L polynomial(const L& x, const typename L::Element (&c)[n]) {
  if constexpr (n < 6) {
    L sum = c[n - 1];
    for (std::size_t i = n - 1; i-- > 0;) sum = mad(sum, x, L(c[i]));
    return sum;
  } else {
    const L square = x * x;
    L one = c[n - 1], other = c[n - 2];
    for (std::size_t i = n - 2; i-- > 0;) {
      const L next = mad(one, square, L(c[i]));
      one = other, other = next;
    }
    return mad(one, x, other);
  }
}

template <class T> struct BitsOf;
template <> struct BitsOf<float> {
  using Int = std::int32_t;
  using Unsigned = std::uint32_t;
  static constexpr int mantissa = 23;
  static constexpr Int bias = 127;
  static constexpr float shifter = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer, in the low bits
  static constexpr float least_normal = 1.17549435e-38F;
  static constexpr Int root_half = 0x3f3504f3;  // the bits of sqrt(1/2)
};
template <> struct BitsOf<double> {
  using Int = std::int64_t;
  using Unsigned = std::uint64_t;
  static constexpr int mantissa = 52;
  static constexpr Int bias = 1023;
  static constexpr double shifter = 6755399441055744.0;  // 1.5 * 2^52
  static constexpr double least_normal = 2.2250738585072014e-308;
  static constexpr Int root_half = 0x3fe6a09e667f3bcd;
};
template <class T> using Ints = SimdLane<typename BitsOf<T>::Int>;

template <class T> Ints<T> to_bits(const SimdLane<T>& x) {
  Ints<T> r;
  for (int i = 0; i < r.parts; ++i) r.v[i] = xsimd::bitwise_cast<typename Ints<T>::Batch>(x.v[i]);
  return r;
}
template <class T> SimdLane<T> from_bits(const Ints<T>& x) {
  SimdLane<T> r;
  for (int i = 0; i < r.parts; ++i) r.v[i] = xsimd::bitwise_cast<typename SimdLane<T>::Batch>(x.v[i]);
  return r;
}
template <class T> SimdMask<T> float_mask(const SimdMask<typename BitsOf<T>::Int>& m) {
  SimdMask<T> r;
  for (int i = 0; i < r.parts; ++i) r.v[i] = xsimd::bool_cast(m.v[i]);
  return r;
}
template <int count, class I> SimdLane<I> shift_left(const SimdLane<I>& x) {
  SimdLane<I> r;
  for (int i = 0; i < r.parts; ++i) r.v[i] = x.v[i] << count;
  return r;
}
/// Zeros come in from the left.
template <int count, class I> SimdLane<I> shift_right(const SimdLane<I>& x) {
  using Plain = xsimd::batch<std::make_unsigned_t<I>>;
  SimdLane<I> r;
  for (int i = 0; i < r.parts; ++i) r.v[i] = xsimd::bitwise_cast<xsimd::batch<I>>(xsimd::bitwise_cast<Plain>(x.v[i]) >> count);
  return r;
}

/// x 2^k with one rounding, also into the subnormal numbers, for a whole number k of at most twice the exponent range.
template <class T> SimdLane<T> scale(const SimdLane<T>& x, const SimdLane<T>& k) {
#ifdef DESCENT_AVX512
  SimdLane<T> r;
  if constexpr (sizeof(T) == 4) r.v[0] = _mm512_scalef_ps(x.v[0], k.v[0]);
  else r.v[0] = _mm512_scalef_pd(x.v[0], k.v[0]);
  return r;
#else
  using B = BitsOf<T>;
  const SimdLane<T> shifter = B::shifter;
  const Ints<T> whole = to_bits(k + shifter), half = to_bits(mad(k, SimdLane<T>(0.5), shifter)), bias = B::bias;
  const SimdLane<T> first = from_bits<T>(shift_left<B::mantissa>(half + bias));
  return x * first * from_bits<T>(shift_left<B::mantissa>(whole - half + bias));
#endif
}

/// a < b ? a : b and a > b ? a : b, so b where one of them is NaN: one instruction each.
template <class T> SimdLane<T> smaller(const SimdLane<T>& a, const SimdLane<T>& b) {
  SimdLane<T> r;
  for (int i = 0; i < r.parts; ++i) r.v[i] = xsimd::min(a.v[i], b.v[i]);
  return r;
}
template <class T> SimdLane<T> larger(const SimdLane<T>& a, const SimdLane<T>& b) {
  SimdLane<T> r;
  for (int i = 0; i < r.parts; ++i) r.v[i] = xsimd::max(a.v[i], b.v[i]);
  return r;
}

/// x = m 2^k with m in [sqrt(1/2), sqrt(2)), for positive finite x, subnormal ones too.
template <class T> struct Parts {
  SimdLane<T> m, k;
};
template <class T> Parts<T> split_normal(const SimdLane<T>& x) {  // no subnormal x
  using B = BitsOf<T>;
  const Ints<T> bits = to_bits(x);
  const Ints<T> biased = shift_right<B::mantissa>(bits + ((B::bias << B::mantissa) - B::root_half));
  const SimdLane<T> k = from_bits<T>(biased + to_bits(SimdLane<T>(B::shifter))) - (B::shifter + T(B::bias));
  return {from_bits<T>(bits - shift_left<B::mantissa>(biased - B::bias)), k};
}
template <class T> Parts<T> split_exponent(const SimdLane<T>& x) {
  using B = BitsOf<T>;
  constexpr T up = T(typename B::Unsigned{1} << (B::mantissa + 1));
  const SimdMask<T> tiny = x < B::least_normal;
  const auto [m, k] = split_normal(where(tiny, x * up, x));
  return {m, where(tiny, k - T(B::mantissa + 1), k)};
}

/// The upper half of x's bits: its square is exact, and so is its product with a constant of as few bits.
inline F64 upper_half(const F64& x) { return from_bits<double>(to_bits(x) & (std::int64_t{-1} << 27)); }

/// The sixteen elements as doubles.
inline std::pair<F64, F64> widened(const F32& x) {
  F64 lo, hi;
#ifdef DESCENT_AVX512
  const __m512 all = x.v[0];
  lo.v[0] = _mm512_cvtps_pd(_mm512_castps512_ps256(all));
  hi.v[0] = _mm512_cvtps_pd(_mm512_extractf32x8_ps(all, 1));
#elif defined(__AVX2__)
  const __m256 first = x.v[0], second = x.v[1];
  lo.v[0] = _mm256_cvtps_pd(_mm256_castps256_ps128(first));
  lo.v[1] = _mm256_cvtps_pd(_mm256_extractf128_ps(first, 1));
  hi.v[0] = _mm256_cvtps_pd(_mm256_castps256_ps128(second));
  hi.v[1] = _mm256_cvtps_pd(_mm256_extractf128_ps(second, 1));
#else
  float from[16];
  double to[16];
  x.store(from);
  for (int i = 0; i < 16; ++i) to[i] = static_cast<double>(from[i]);
  lo = F64::load(to), hi = F64::load(to + 8);
#endif
  return {lo, hi};
}
inline F32 narrowed(const F64& lo, const F64& hi) {
#ifdef DESCENT_AVX512
  F32 r;
  r.v[0] = _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(lo.v[0])), _mm512_cvtpd_ps(hi.v[0]), 1);
  return r;
#elif defined(__AVX2__)
  F32 r;
  r.v[0] = _mm256_set_m128(_mm256_cvtpd_ps(lo.v[1]), _mm256_cvtpd_ps(lo.v[0]));
  r.v[1] = _mm256_set_m128(_mm256_cvtpd_ps(hi.v[1]), _mm256_cvtpd_ps(hi.v[0]));
  return r;
#else
  double from[16];
  float to[16];
  lo.store(from), hi.store(from + 8);
  for (int i = 0; i < 16; ++i) to[i] = static_cast<float>(from[i]);
  return F32::load(to);
#endif
}
/// f in double, rounded once: the simplest way to an f32 function within 0.501 ulp.
template <F64 (*f)(const F64&)> F32 in_double(const F32& x) {
  const auto [lo, hi] = widened(x);
  return narrowed(f(lo), f(hi));
}
template <F64 (*f)(const F64&, const F64&)> F32 in_double(const F32& x, const F32& y) {
  const auto [x_lo, x_hi] = widened(x);
  const auto [y_lo, y_hi] = widened(y);
  return narrowed(f(x_lo, y_lo), f(x_hi, y_hi));
}

/// f of one element after the other.
template <class T, class F, class... Rest> SimdLane<T> each_element(F f, const SimdLane<T>& x, const Rest&... rest) {
  constexpr std::size_t size = 64 / sizeof(T);
  T in[1 + sizeof...(rest)][size], out[size];
  x.store(in[0]);
  if constexpr (sizeof...(rest) == 0) {
    for (std::size_t i = 0; i < size; ++i) out[i] = f(in[0][i]);
  } else {
    (rest.store(in[1]), ...);
    for (std::size_t i = 0; i < size; ++i) out[i] = f(in[0][i], in[1][i]);
  }
  return SimdLane<T>::load(out);
}
/// y with f(x) in the elements of the mask: for arguments too rare to be fast on.
template <class T, class F> SimdLane<T> patched(const SimdLane<T>& y, const SimdMask<T>& rare, const SimdLane<T>& x, F f) {
  if (!any(rare)) return y;
  return where(rare, each_element(f, where(rare, x, SimdLane<T>(0))), y);
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
