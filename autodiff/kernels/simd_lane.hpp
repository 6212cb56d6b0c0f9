#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

// g++ 12 takes the undefined operands inside its own intrinsics for mistakes (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <xsimd/xsimd.hpp>
#pragma GCC diagnostic pop

#include <descent/autodiff/base/index.hpp>
#include <descent/autodiff/kernels/lane.hpp>

/// SimdLane: Lane's interface on SIMD registers, 64 bytes wide on every machine. Private; compiled with the flags of the
/// instruction set, so its code lives in a namespace of that name and never meets code made with other flags.
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#define DESCENT_ISA_NAMESPACE avx512
#define DESCENT_AVX512 1
#elif defined(__AVX2__) && defined(__FMA__)
#define DESCENT_ISA_NAMESPACE avx2
#elif defined(__SSE4_2__)
#define DESCENT_ISA_NAMESPACE sse4
#else
#define DESCENT_ISA_NAMESPACE baseline
#endif

namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

template <LaneElement T> struct SimdLane;

template <LaneElement T> struct SimdMask {
  using Element = T;
  using Bools = xsimd::batch_bool<T>;
  static constexpr int size = 64 / static_cast<int>(sizeof(T));
  static constexpr int parts = size / static_cast<int>(Bools::size);

  Bools v[size / Bools::size];

  static SimdMask load(const std::uint8_t* p) {
    SimdMask m;
#ifdef DESCENT_AVX512
    if constexpr (sizeof(T) == 1) {
      const __m512i bytes = _mm512_loadu_si512(p);
      m.v[0] = Bools(_mm512_test_epi8_mask(bytes, bytes));
    } else {
      const __m128i bytes =
          sizeof(T) == 4 ? _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)) : _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
      m.v[0] = Bools(static_cast<typename Bools::register_type>(_mm_test_epi8_mask(bytes, bytes)));
    }
#elif defined(__AVX2__)
    const __m256i none = _mm256_setzero_si256();
    for (int i = 0; i < parts; ++i, p += Bools::size) {
      __m256i zeros;
      if constexpr (sizeof(T) == 1) {
        zeros = _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)), none);
      } else if constexpr (sizeof(T) == 4) {
        zeros = _mm256_cmpeq_epi32(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))), none);
      } else {
        int bytes;
        std::memcpy(&bytes, p, sizeof bytes);
        zeros = _mm256_cmpeq_epi64(_mm256_cvtepu8_epi64(_mm_cvtsi32_si128(bytes)), none);
      }
      m.v[i] = ~Bools(std::bit_cast<typename Bools::register_type>(zeros));
    }
#else
    alignas(64) T wide[64 / sizeof(T)];
    for (int i = 0; i < size; ++i) wide[i] = static_cast<T>(p[i]);
    for (int i = 0; i < parts; ++i)
      m.v[i] = xsimd::batch<T>::load_aligned(wide + i * static_cast<int>(Bools::size)) != xsimd::batch<T>(T(0));
#endif
    return m;
  }
  static SimdMask all(bool truth) {
    SimdMask m;
    for (Bools& e : m.v) e = Bools(truth);
    return m;
  }
  void store(std::uint8_t* p) const {
#ifdef DESCENT_AVX512
    if constexpr (sizeof(T) == 1) _mm512_storeu_si512(p, _mm512_maskz_set1_epi8(v[0].data, 1));
    else if constexpr (sizeof(T) == 4) _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm_maskz_set1_epi8(v[0].data, 1));
    else _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_maskz_set1_epi8(v[0].data, 1));
#elif defined(__AVX2__)
    const __m256i first = std::bit_cast<__m256i>(v[0].data), second = std::bit_cast<__m256i>(v[1].data);
    if constexpr (sizeof(T) == 1) {
      const __m256i one = _mm256_set1_epi8(1);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm256_and_si256(first, one));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(p) + 1, _mm256_and_si256(second, one));
    } else {  // each element half as wide, in the order of the two; then again, down to a byte
      const __m256i half = _mm256_permute4x64_epi64(_mm256_packs_epi32(first, second), 0b11'01'10'00);
      const __m128i low = _mm256_castsi256_si128(half), high = _mm256_extracti128_si256(half, 1), one = _mm_set1_epi8(1);
      if constexpr (sizeof(T) == 4) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm_and_si128(_mm_packs_epi16(low, high), one));
      } else {
        const __m128i quarter = _mm_packs_epi32(low, high);
        _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_and_si128(_mm_packs_epi16(quarter, quarter), one));
      }
    }
#else
    alignas(64) T wide[64 / sizeof(T)];
    for (int i = 0; i < parts; ++i)
      xsimd::select(v[i], xsimd::batch<T>(T(1)), xsimd::batch<T>(T(0))).store_aligned(wide + i * static_cast<int>(Bools::size));
    for (int i = 0; i < size; ++i) p[i] = static_cast<std::uint8_t>(wide[i]);
#endif
  }
  void store(std::uint8_t* p, Index n) const {
    std::uint8_t all[64 / sizeof(T)];
    store(all);
    std::memcpy(p, all, static_cast<std::size_t>(n));
  }

  friend SimdMask operator&(const SimdMask& a, const SimdMask& b) {
    SimdMask m;
    for (int i = 0; i < parts; ++i) m.v[i] = a.v[i] & b.v[i];
    return m;
  }
  friend SimdMask operator|(const SimdMask& a, const SimdMask& b) {
    SimdMask m;
    for (int i = 0; i < parts; ++i) m.v[i] = a.v[i] | b.v[i];
    return m;
  }
  friend SimdMask operator^(const SimdMask& a, const SimdMask& b) { return (a | b) & !(a & b); }
  friend SimdMask operator!(const SimdMask& a) {
    SimdMask m;
    for (int i = 0; i < parts; ++i) m.v[i] = !a.v[i];
    return m;
  }
  friend bool any(const SimdMask& a) {
    bool found = false;
    for (int i = 0; i < parts; ++i) found |= xsimd::any(a.v[i]);
    return found;
  }
  friend bool all(const SimdMask& a) {
    Bools both = a.v[0];
    for (int i = 1; i < parts; ++i) both = both & a.v[i];
    return xsimd::all(both);
  }

  friend SimdLane<T> where(const SimdMask& m, const SimdLane<T>& a, const SimdLane<T>& b) {
    SimdLane<T> r;
    for (int i = 0; i < parts; ++i) r.v[i] = xsimd::select(m.v[i], a.v[i], b.v[i]);
    return r;
  }
};

template <LaneElement T> struct SimdLane {
  using Element = T;
  using Batch = xsimd::batch<T>;
  static constexpr int size = 64 / static_cast<int>(sizeof(T));
  static constexpr int parts = size / static_cast<int>(Batch::size);

  Batch v[size / Batch::size];

  SimdLane() = default;
  template <Number N> SimdLane(N x) {  // NOLINT: numbers are weak
    for (Batch& e : v) e = Batch(static_cast<T>(x));
  }

  static SimdLane load(const T* p) {
    SimdLane r;
    for (int i = 0; i < parts; ++i) r.v[i] = Batch::load_unaligned(p + i * static_cast<int>(Batch::size));
    return r;
  }
  void store(T* p) const {
    for (int i = 0; i < parts; ++i) v[i].store_unaligned(p + i * static_cast<int>(Batch::size));
  }
  void store(T* p, Index n) const {
#ifdef DESCENT_AVX512
    if (n == size) return store(p);
    __m512i bits;
    std::memcpy(&bits, &v, sizeof bits);
    _mm512_mask_storeu_epi8(p, (std::uint64_t{1} << (static_cast<std::size_t>(n) * sizeof(T))) - 1, bits);
#else
    alignas(64) T all[64 / sizeof(T)];
    store(all);
    for (Index i = 0; i < n; ++i) p[i] = all[i];
#endif
  }

  friend SimdLane operator+(const SimdLane& a, const SimdLane& b) {
    return each(a, b, [](const Batch& x, const Batch& y) { return Batch(x + y); });
  }
  friend SimdLane operator-(const SimdLane& a, const SimdLane& b) {
    return each(a, b, [](const Batch& x, const Batch& y) { return Batch(x - y); });
  }
  friend SimdLane operator*(const SimdLane& a, const SimdLane& b) {
    if constexpr (std::is_integral_v<T> && sizeof(T) != 4) return each_element(a, b, [](auto x, auto y) { return x * y; });
    else return each(a, b, [](const Batch& x, const Batch& y) { return Batch(x * y); });
  }
  friend SimdLane operator/(const SimdLane& a, const SimdLane& b)
    requires std::is_floating_point_v<T>
  {
    return each(a, b, [](const Batch& x, const Batch& y) { return Batch(x / y); });
  }
  friend SimdLane operator-(const SimdLane& a) {
    if constexpr (std::is_floating_point_v<T>) return each(a, [](const Batch& x) { return Batch(x ^ Batch(T(-0.0))); });
    else return SimdLane(0) - a;
  }

  friend SimdLane operator&(const SimdLane& a, const SimdLane& b)
    requires std::is_integral_v<T>
  {
    return each(a, b, [](const Batch& x, const Batch& y) { return Batch(x & y); });
  }
  friend SimdLane operator|(const SimdLane& a, const SimdLane& b)
    requires std::is_integral_v<T>
  {
    return each(a, b, [](const Batch& x, const Batch& y) { return Batch(x | y); });
  }
  friend SimdLane operator^(const SimdLane& a, const SimdLane& b)
    requires std::is_integral_v<T>
  {
    return each(a, b, [](const Batch& x, const Batch& y) { return Batch(x ^ y); });
  }
  friend SimdLane operator!(const SimdLane& a)
    requires std::is_same_v<T, std::uint8_t>
  {
    return where(a == SimdLane(0), SimdLane(1), SimdLane(0));
  }

  friend SimdMask<T> operator==(const SimdLane& a, const SimdLane& b) {
    return test(a, b, [](const Batch& x, const Batch& y) { return x == y; });
  }
  friend SimdMask<T> operator!=(const SimdLane& a, const SimdLane& b) {
    return !(a == b);  // xsimd 8's != is false for NaN with AVX-512
  }
  friend SimdMask<T> operator<(const SimdLane& a, const SimdLane& b) {
    return test(a, b, [](const Batch& x, const Batch& y) { return x < y; });
  }
  friend SimdMask<T> operator<=(const SimdLane& a, const SimdLane& b) {
    return test(a, b, [](const Batch& x, const Batch& y) { return x <= y; });
  }
  friend SimdMask<T> operator>(const SimdLane& a, const SimdLane& b) { return b < a; }
  friend SimdMask<T> operator>=(const SimdLane& a, const SimdLane& b) { return b <= a; }

  friend SimdLane absorb(const SimdLane& ct, const SimdLane& slope) {
    return where((ct == SimdLane(0)) | (slope == SimdLane(0)), SimdLane(0), ct * slope);
  }

  friend SimdMask<T> isnan(const SimdLane& x)
    requires std::is_floating_point_v<T>
  {
    return x != x;
  }
  friend SimdMask<T> isfinite(const SimdLane& x)
    requires std::is_floating_point_v<T>
  {
    return x - x == SimdLane(0);
  }
  friend SimdMask<T> isinf(const SimdLane& x)
    requires std::is_floating_point_v<T>
  {
    return (x == x) & (x - x != SimdLane(0));
  }

  friend SimdLane abs(const SimdLane& x) {
    if constexpr (std::is_floating_point_v<T>) return each(x, [](const Batch& e) { return Batch(e ^ (e & Batch(T(-0.0)))); });
    else if constexpr (std::is_signed_v<T>) return where(x < SimdLane(0), -x, x);
    else return x;
  }
  friend SimdLane sqrt(const SimdLane& x)
    requires std::is_floating_point_v<T>
  {
    return each(x, [](const Batch& e) { return xsimd::sqrt(e); });
  }
  friend SimdLane floor(const SimdLane& x)
    requires std::is_floating_point_v<T>
  {
    return each(x, [](const Batch& e) { return xsimd::floor(e); });
  }
  friend SimdLane ceil(const SimdLane& x)
    requires std::is_floating_point_v<T>
  {
    return each(x, [](const Batch& e) { return xsimd::ceil(e); });
  }
  friend SimdLane trunc(const SimdLane& x)
    requires std::is_floating_point_v<T>
  {
    return each(x, [](const Batch& e) { return xsimd::trunc(e); });
  }
  friend SimdLane round(const SimdLane& x)
    requires std::is_floating_point_v<T>
  {
    return each(x, [](const Batch& e) { return xsimd::nearbyint(e); });
  }
  friend SimdLane copysign(const SimdLane& magnitude, const SimdLane& sign)
    requires std::is_floating_point_v<T>
  {
    return each(magnitude, sign, [](const Batch& m, const Batch& s) { return Batch(m ^ ((m ^ s) & Batch(T(-0.0)))); });
  }
  friend SimdLane fmod(const SimdLane& x, const SimdLane& y)
    requires std::is_floating_point_v<T>
  {
    const auto one_by_one = [](const SimdLane& a, const SimdLane& b) {
      return each_element(a, b, [](T d, T e) { return std::fmod(d, e); });
    };
#ifdef __FMA__
    // The quotient, rounded before it is cut, is right or 1 too great; the remainder is exact either way.
    const SimdLane a = abs(x), b = abs(y), quotient = trunc(a / b);
    const SimdLane left = fma(-quotient, b, a);
    const SimdLane exact = copysign(where(quotient == 0, a, where(left < 0, left + b, left)), x);
    const SimdMask<T> rare = !(quotient < (sizeof(T) == 4 ? 0x1p23 : 0x1p52));  // NaN too
    return any(rare) ? where(rare, one_by_one(x, y), exact) : exact;
#else
    return one_by_one(x, y);
#endif
  }
  friend SimdLane fma(const SimdLane& a, const SimdLane& b, const SimdLane& c)
    requires std::is_floating_point_v<T>
  {
    SimdLane r;
#ifdef DESCENT_AVX512  // xsimd 8 has none there: its fma rounds twice
    if constexpr (sizeof(T) == 4) r.v[0] = _mm512_fmadd_ps(a.v[0], b.v[0], c.v[0]);
    else r.v[0] = _mm512_fmadd_pd(a.v[0], b.v[0], c.v[0]);
#elif defined(__FMA__)
    for (int i = 0; i < parts; ++i) r.v[i] = xsimd::fma(a.v[i], b.v[i], c.v[i]);
#else
    T x[64 / sizeof(T)], y[64 / sizeof(T)], z[64 / sizeof(T)];
    a.store(x), b.store(y), c.store(z);
    for (int i = 0; i < size; ++i) x[i] = std::fma(x[i], y[i], z[i]);
    r = load(x);
#endif
    return r;
  }

 private:
  template <class F> static SimdLane each(const SimdLane& a, F f) {
    SimdLane r;
    for (int i = 0; i < parts; ++i) r.v[i] = f(a.v[i]);
    return r;
  }
  template <class F> static SimdLane each(const SimdLane& a, const SimdLane& b, F f) {
    SimdLane r;
    for (int i = 0; i < parts; ++i) r.v[i] = f(a.v[i], b.v[i]);
    return r;
  }
  template <class F> static SimdMask<T> test(const SimdLane& a, const SimdLane& b, F f) {
    SimdMask<T> m;
    for (int i = 0; i < parts; ++i) m.v[i] = f(a.v[i], b.v[i]);
    return m;
  }
  /// One element at a time; integers unsigned, so that they wrap around.
  template <class F> static SimdLane each_element(const SimdLane& a, const SimdLane& b, F f) {
    T x[64 / sizeof(T)], y[64 / sizeof(T)];
    a.store(x), b.store(y);
    for (int i = 0; i < size; ++i) {
      if constexpr (std::is_integral_v<T>) x[i] = static_cast<T>(f(static_cast<std::uint64_t>(x[i]), static_cast<std::uint64_t>(y[i])));
      else x[i] = f(x[i], y[i]);
    }
    return load(x);
  }
};

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
