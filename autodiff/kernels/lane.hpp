#pragma once

#include <cstdint>
#include <type_traits>

#include <descent/autodiff/base/index.hpp>

/// Lane: 64 bytes of elements, the type on which the value and the slope of a pointwise op run.
///
/// Plain C++: aligned bytes, operators that are loops, mathematics by reference in the library. The library's own
/// loops run on a SIMD form of the same interface (SimdLane); both give the same bits for every operation, so what a
/// user's file computes does not depend on its flags. A tail is a full Lane on padding: no element's result depends on
/// its position.
namespace descent::inline v1::kernels {

/// What a Lane holds; a bool tensor's elements are bytes 0 and 1.
template <class T>
concept LaneElement = std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, std::int32_t> ||
                      std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint8_t>;

/// A C++ number is weak: in any expression with a Lane it becomes the Lane's element type.
template <class N>
concept Number = std::is_arithmetic_v<N>;

template <LaneElement T> struct Lane;

/// One truth value per element of Lane<T>: what comparisons give and `where` takes.
template <LaneElement T> struct alignas(64) Mask {
  using Element = T;
  static constexpr int size = 64 / static_cast<int>(sizeof(T));

  std::uint8_t v[64 / sizeof(T)];  // 0 or 1

  static Mask load(const std::uint8_t* p) {  ///< reads `size` bytes; any but 0 is true
    Mask m;
    for (int i = 0; i < size; ++i) m.v[i] = p[i] != 0;
    return m;
  }
  static Mask all(bool truth) {
    Mask m;
    for (std::uint8_t& e : m.v) e = truth;
    return m;
  }
  void store(std::uint8_t* p) const { store(p, size); }
  void store(std::uint8_t* p, Index n) const {  ///< the first n
    for (Index i = 0; i < n; ++i) p[i] = v[i];
  }

  friend Mask operator&(const Mask& a, const Mask& b) {
    Mask m;
    for (int i = 0; i < size; ++i) m.v[i] = a.v[i] & b.v[i];
    return m;
  }
  friend Mask operator|(const Mask& a, const Mask& b) {
    Mask m;
    for (int i = 0; i < size; ++i) m.v[i] = a.v[i] | b.v[i];
    return m;
  }
  friend Mask operator^(const Mask& a, const Mask& b) {
    Mask m;
    for (int i = 0; i < size; ++i) m.v[i] = a.v[i] ^ b.v[i];
    return m;
  }
  friend Mask operator!(const Mask& a) {
    Mask m;
    for (int i = 0; i < size; ++i) m.v[i] = !a.v[i];
    return m;
  }

  /// a where the mask is true, else b; the other's value, NaN included, has no influence.
  friend Lane<T> where(const Mask& m, const Lane<T>& a, const Lane<T>& b) {
    Lane<T> r;
    for (int i = 0; i < size; ++i) r.v[i] = m.v[i] ? a.v[i] : b.v[i];
    return r;
  }
};

/// 64 bytes of T. Default construction leaves the elements unset. Integer arithmetic wraps around.
template <LaneElement T> struct alignas(64) Lane {
  using Element = T;
  static constexpr int size = 64 / static_cast<int>(sizeof(T));

  T v[64 / sizeof(T)];

  Lane() = default;
  template <Number N> Lane(N x) {  // NOLINT: numbers are weak
    for (T& e : v) e = static_cast<T>(x);
  }

  static Lane load(const T* p) {  ///< reads 64 bytes, aligned or not
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = p[i];
    return r;
  }
  void store(T* p) const { store(p, size); }
  void store(T* p, Index n) const {  ///< the first n
    for (Index i = 0; i < n; ++i) p[i] = v[i];
  }

  friend Lane operator+(const Lane& a, const Lane& b) {
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = static_cast<T>(wrapping(a.v[i]) + wrapping(b.v[i]));
    return r;
  }
  friend Lane operator-(const Lane& a, const Lane& b) {
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = static_cast<T>(wrapping(a.v[i]) - wrapping(b.v[i]));
    return r;
  }
  friend Lane operator*(const Lane& a, const Lane& b) {
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = static_cast<T>(wrapping(a.v[i]) * wrapping(b.v[i]));
    return r;
  }
  friend Lane operator/(const Lane& a, const Lane& b)
    requires std::is_floating_point_v<T>
  {
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = a.v[i] / b.v[i];
    return r;
  }
  friend Lane operator-(const Lane& a) {  // flips the sign of zero and NaN too
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = static_cast<T>(-wrapping(a.v[i]));
    return r;
  }

  friend Lane operator&(const Lane& a, const Lane& b)
    requires std::is_same_v<T, std::uint8_t>
  {
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = a.v[i] & b.v[i];
    return r;
  }
  friend Lane operator|(const Lane& a, const Lane& b)
    requires std::is_same_v<T, std::uint8_t>
  {
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = a.v[i] | b.v[i];
    return r;
  }
  friend Lane operator^(const Lane& a, const Lane& b)
    requires std::is_same_v<T, std::uint8_t>
  {
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = a.v[i] ^ b.v[i];
    return r;
  }
  friend Lane operator!(const Lane& a)  // 1 for 0, else 0
    requires std::is_same_v<T, std::uint8_t>
  {
    Lane r;
    for (int i = 0; i < size; ++i) r.v[i] = a.v[i] == 0;
    return r;
  }

  friend Mask<T> operator==(const Lane& a, const Lane& b) {
    Mask<T> m;
    for (int i = 0; i < size; ++i) m.v[i] = a.v[i] == b.v[i];
    return m;
  }
  friend Mask<T> operator!=(const Lane& a, const Lane& b) { return !(a == b); }
  friend Mask<T> operator<(const Lane& a, const Lane& b) {
    Mask<T> m;
    for (int i = 0; i < size; ++i) m.v[i] = a.v[i] < b.v[i];
    return m;
  }
  friend Mask<T> operator<=(const Lane& a, const Lane& b) {
    Mask<T> m;
    for (int i = 0; i < size; ++i) m.v[i] = a.v[i] <= b.v[i];
    return m;
  }
  friend Mask<T> operator>(const Lane& a, const Lane& b) { return b < a; }
  friend Mask<T> operator>=(const Lane& a, const Lane& b) { return b <= a; }

  /// ct * slope in which 0 times anything is 0, on either side: a zero cotangent absorbs an infinite slope.
  friend Lane absorb(const Lane& ct, const Lane& slope) { return where((ct == Lane(0)) | (slope == Lane(0)), Lane(0), ct * slope); }

  friend Mask<T> isnan(const Lane& x)
    requires std::is_floating_point_v<T>
  {
    return x != x;
  }
  friend Mask<T> isfinite(const Lane& x)
    requires std::is_floating_point_v<T>
  {
    return x - x == Lane(0);
  }
  friend Mask<T> isinf(const Lane& x)
    requires std::is_floating_point_v<T>
  {
    return (x == x) & (x - x != Lane(0));
  }

  friend Lane abs(const Lane& x)
    requires std::is_integral_v<T>
  {
    return where(x < Lane(0), -x, x);
  }

 private:
  /// The operand of an arithmetic operator: signed overflow is undefined in C++, unsigned wraps.
  static constexpr auto wrapping(T x) {
    if constexpr (std::is_same_v<T, std::int32_t>) return static_cast<std::uint32_t>(x);
    else if constexpr (std::is_same_v<T, std::int64_t>) return static_cast<std::uint64_t>(x);
    else return x;
  }
};

/// Exact, and correctly rounded: these have one right answer on every machine. `round` goes to even; `fma` rounds once.
Lane<float> abs(const Lane<float>& x);
Lane<float> sqrt(const Lane<float>& x);
Lane<float> floor(const Lane<float>& x);
Lane<float> ceil(const Lane<float>& x);
Lane<float> trunc(const Lane<float>& x);
Lane<float> round(const Lane<float>& x);
Lane<float> copysign(const Lane<float>& magnitude, const Lane<float>& sign);
Lane<float> fmod(const Lane<float>& x, const Lane<float>& y);
Lane<float> fma(const Lane<float>& a, const Lane<float>& b, const Lane<float>& c);

Lane<double> abs(const Lane<double>& x);
Lane<double> sqrt(const Lane<double>& x);
Lane<double> floor(const Lane<double>& x);
Lane<double> ceil(const Lane<double>& x);
Lane<double> trunc(const Lane<double>& x);
Lane<double> round(const Lane<double>& x);
Lane<double> copysign(const Lane<double>& magnitude, const Lane<double>& sign);
Lane<double> fmod(const Lane<double>& x, const Lane<double>& y);
Lane<double> fma(const Lane<double>& a, const Lane<double>& b, const Lane<double>& c);

/// Within 2 ulp (erfc in f64 within 4, lgamma and digamma within 10, or as much of the terms that cancel at their zeros below 0);
/// limits at infinities and range ends, NaN for NaN in the same element, subnormal numbers kept. Bits depend on the instruction set
/// that the library is built for.
Lane<float> exp(const Lane<float>& x);
Lane<float> exp2(const Lane<float>& x);
Lane<float> expm1(const Lane<float>& x);
Lane<float> log(const Lane<float>& x);
Lane<float> log2(const Lane<float>& x);
Lane<float> log10(const Lane<float>& x);
Lane<float> log1p(const Lane<float>& x);
Lane<float> cbrt(const Lane<float>& x);
Lane<float> sin(const Lane<float>& x);
Lane<float> cos(const Lane<float>& x);
Lane<float> tan(const Lane<float>& x);
Lane<float> asin(const Lane<float>& x);
Lane<float> acos(const Lane<float>& x);
Lane<float> atan(const Lane<float>& x);
Lane<float> sinh(const Lane<float>& x);
Lane<float> cosh(const Lane<float>& x);
Lane<float> tanh(const Lane<float>& x);
Lane<float> asinh(const Lane<float>& x);
Lane<float> acosh(const Lane<float>& x);
Lane<float> atanh(const Lane<float>& x);
Lane<float> erf(const Lane<float>& x);
Lane<float> erfc(const Lane<float>& x);
Lane<float> lgamma(const Lane<float>& x);   ///< log |gamma(x)|
Lane<float> digamma(const Lane<float>& x);  ///< the slope of lgamma; -inf at 0, inf at -0, NaN at negative integers
Lane<float> sigmoid(const Lane<float>& x);  ///< 1 / (1 + exp(-x))
Lane<float> pow(const Lane<float>& x, const Lane<float>& y);
Lane<float> atan2(const Lane<float>& y, const Lane<float>& x);
Lane<float> hypot(const Lane<float>& x, const Lane<float>& y);

Lane<double> exp(const Lane<double>& x);
Lane<double> exp2(const Lane<double>& x);
Lane<double> expm1(const Lane<double>& x);
Lane<double> log(const Lane<double>& x);
Lane<double> log2(const Lane<double>& x);
Lane<double> log10(const Lane<double>& x);
Lane<double> log1p(const Lane<double>& x);
Lane<double> cbrt(const Lane<double>& x);
Lane<double> sin(const Lane<double>& x);
Lane<double> cos(const Lane<double>& x);
Lane<double> tan(const Lane<double>& x);
Lane<double> asin(const Lane<double>& x);
Lane<double> acos(const Lane<double>& x);
Lane<double> atan(const Lane<double>& x);
Lane<double> sinh(const Lane<double>& x);
Lane<double> cosh(const Lane<double>& x);
Lane<double> tanh(const Lane<double>& x);
Lane<double> asinh(const Lane<double>& x);
Lane<double> acosh(const Lane<double>& x);
Lane<double> atanh(const Lane<double>& x);
Lane<double> erf(const Lane<double>& x);
Lane<double> erfc(const Lane<double>& x);
Lane<double> lgamma(const Lane<double>& x);
Lane<double> digamma(const Lane<double>& x);
Lane<double> sigmoid(const Lane<double>& x);
Lane<double> pow(const Lane<double>& x, const Lane<double>& y);
Lane<double> atan2(const Lane<double>& y, const Lane<double>& x);
Lane<double> hypot(const Lane<double>& x, const Lane<double>& y);

/// The plain form of both, as a template argument of `map`; the library's own loops take SimdLanes (lanes.hpp).
struct PlainLanes {
  template <class T> using Lane = kernels::Lane<T>;
  template <class T> using Mask = kernels::Mask<T>;
};

}  // namespace descent::inline v1::kernels
