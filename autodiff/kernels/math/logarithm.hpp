#pragma once

#include <limits>

#include <descent/autodiff/kernels/math/bits.hpp>

/// log, log2, log10, log1p, asinh, acosh, atanh. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

inline constexpr double ln2_high = 0.6931471803691238, ln2_low = 1.9082149292705877e-10;

/// f(m, k) with x = m 2^k, and the limits that a logarithm of x has: -inf at 0, inf at inf, NaN below 0 and for NaN.
template <class T, class F> SimdLane<T> logarithm(const SimdLane<T>& x, F f) {
  constexpr T inf = std::numeric_limits<T>::infinity();
  const bool usual = all((x >= BitsOf<T>::least_normal) & (x < inf));
  const Parts<T> parts = usual ? split_normal(x) : split_exponent(x);
  const SimdLane<T> y = f(parts.m, parts.k);
  if (usual) return y;
  const SimdLane<T> limits = where(x == 0, -inf, where(x == inf, inf, std::numeric_limits<T>::quiet_NaN()));
  return where((x > 0) & (x < inf), y, limits);
}

/// log(1 + f) = f - f^2 / 2 + s (f^2 / 2 + s^2 R(s^2)), s = f / (2 + f), for 1 + f in [sqrt(1/2), sqrt(2)).
inline constexpr double log_rest[] = {0.666666666666667,   0.39999999999899444, 0.2857142862600327, 0.22222211130259878,
                                      0.18182889455674947, 0.15331710618210773, 0.14616585424888623};
struct LogNearOne {
  F64 half_square, correction;

  explicit LogNearOne(const F64& f) {
    const F64 s = f / (2 + f), z = s * s;
    half_square = 0.5 * f * f;
    correction = s * (half_square + z * polynomial(z, log_rest));
  }
};

inline F64 log_of(const F64& x) {
  return logarithm(x, [](const F64& m, const F64& k) {
    const F64 f = m - 1;
    const LogNearOne near(f);
    return mad(k, F64(ln2_high), f - (near.half_square - mad(k, F64(ln2_low), near.correction)));
  });
}
/// For f32: log m = s P(s^2), s = (m - 1) / (m + 1), within 5e-12; in units of ln(2) the exponent needs no factor.
inline F64 short_log2(const F64& x) {
  static constexpr double coefficients[] = {2.8853900817899931, 0.96179667344322828, 0.57708356770348923, 0.41167365840081599,
                                            0.34071413665191197};
  return logarithm(x, [](const F64& m, const F64& k) {
    const F64 s = (m - 1) / (m + 1);
    return mad(s, polynomial(s * s, coefficients), k);
  });
}

/// log(1 + f) - f, for f32.
inline F32 log_tail(const F32& f) {
  static constexpr float rest[] = {0.333333313F,  -0.24999997F, 0.200007156F,  -0.166678026F, 0.142490581F,
                                   -0.124256872F, 0.116854198F, -0.114797339F, 0.0697161183F};
  const F32 square = f * f;
  return mad(square * f, polynomial(f, rest), -0.5F * square);
}
inline F32 log_of(const F32& x) {
  return logarithm(x, [](const F32& m, const F32& k) {
    const F32 f = m - 1;
    return mad(k, F32(0.693145752F), f + mad(k, F32(1.42860682e-6F), log_tail(f)));
  });
}

/// k log_b(2) + log(m) / ln(b), each constant and log(m) as a sum of two, for the last place.
inline F64 log_to_base(const F64& x, double per_ln_high, double per_ln_low, double log2_high, double log2_low) {
  return logarithm(x, [=](const F64& m, const F64& k) {
    const F64 f = m - 1;
    const LogNearOne near(f);
    const F64 high = upper_half(f - near.half_square);
    const F64 low = (f - high) - near.half_square + near.correction;
    const F64 product = high * per_ln_high, whole = k * log2_high;
    const F64 sum = whole + product;
    const F64 rest = k * log2_low + (low + high) * per_ln_low + low * per_ln_high + ((whole - sum) + product);
    return rest + sum;
  });
}
inline F64 log2_of(const F64& x) { return log_to_base(x, 1.4426946640014648, 3.768874985636099e-07, 1, 0); }
inline F64 log10_of(const F64& x) {
  return log_to_base(x, 0.4342944622039795, 1.9699272335463627e-08, 0.3010299955494702, 1.1451100898021838e-10);
}

/// The same for f32: log_b(2) as a sum whose first part is so short that k times it is exact, 1 / ln(b) as a sum too.
inline F32 log_to_base(const F32& x, float per_ln_high, float per_ln_low, float log2_high, float log2_low) {
  return logarithm(x, [=](const F32& m, const F32& k) {
    const F32 f = m - 1;
    const F32 high = mad(f, F32(per_ln_high), k * log2_high);
    const F32 low = mad(f, F32(per_ln_low), mad(log_tail(f), F32(per_ln_high), k * log2_low));
    return high + low;
  });
}
inline F32 log2_of(const F32& x) { return log_to_base(x, 1.44269502F, 1.92596303e-8F, 1, 0); }
inline F32 log10_of(const F32& x) { return log_to_base(x, 0.434294492F, -1.01030501e-8F, 0.301025391F, 4.60503898e-6F); }

/// log(u) + c / u, where u = 1 + x rounded and c is what the rounding lost.
inline F64 log1p_of(const F64& x) {
  const F64 u = 1 + x;
  const F64 lost = where(x < 1, x - (u - 1), 1 - (u - x)) / u;
  const F64 y = logarithm(u, [&](const F64& m, const F64& k) {
    const F64 f = m - 1;
    const LogNearOne near(f);
    return mad(k, F64(ln2_high), f - (near.half_square - (near.correction + mad(k, F64(ln2_low), lost))));
  });
  return where(abs(x) < 1e-17, x, y);
}

inline F32 log1p_of(const F32& x) {
  const F32 u = 1 + x;
  const F32 lost = where(x < 1, x - (u - 1), 1 - (u - x)) / u;
  const F32 y = logarithm(u, [&](const F32& m, const F32& k) {
    const F32 f = m - 1;
    return mad(k, F32(0.693145752F), f + (log_tail(f) + mad(k, F32(1.42860682e-6F), lost)));
  });
  return where(abs(x) < 1e-9F, x, y);
}

/// Inverse hyperbolic functions, for f32 only: in double their cancellation does no harm.
inline F64 short_asinh(const F64& x) {
  const F64 a = abs(x);
  return copysign(where(a < 1e-4, a - a * a * a / 6, log_of(a + sqrt(a * a + 1))), x);
}
inline F64 short_acosh(const F64& x) { return where(x < 1, std::numeric_limits<double>::quiet_NaN(), log_of(x + sqrt((x - 1) * (x + 1)))); }
/// f32: x + x^3 P(x^2) up to 1/2.
inline F32 atanh_of(const F32& x) {
  static constexpr float rest[] = {0.333333313F, 0.200004727F, 0.142639801F, 0.114698753F, 0.0649348944F, 0.157517806F};
  const F32 a = abs(x), square = x * x;
  return where(a > 0.5F, copysign(0.5F * log_of((1 + a) / (1 - a)), x), mad(square * x, polynomial(square, rest), x));
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
