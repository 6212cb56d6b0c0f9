#pragma once

#include <tuple>

#include <descent/autodiff/kernels/math/bits.hpp>

/// sin, cos, tan and their inverses. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

/// Up to here x is reduced with constants of 119 bits in all; beyond it the C library takes over.
inline constexpr double greatest_angle = 1e6;

/// x = k pi/2 + high + low, |high| <= pi/4; the quadrant is in the lowest bits.
struct Angle {
  F64 high, low;
  SimdLane<std::int64_t> quadrant;

  explicit Angle(const F64& x) {
    const F64 turned = mad(x, F64(0.6366197723675814), F64(BitsOf<double>::shifter));
    const F64 k = turned - BitsOf<double>::shifter;
    quadrant = to_bits(turned);
    const F64 first = x - k * 1.5707963267341256, second = k * 6.077100506303966e-11;  // both products are exact
    const F64 head = first - second;
    const F64 tail = ((first - head) - second) - k * 2.0222662487959506e-21;
    high = head + tail;
    low = (head - high) + tail;
  }
  SimdMask<double> odd() const { return has_bit(quadrant, 1); }
  static SimdMask<double> has_bit(const SimdLane<std::int64_t>& n, std::int64_t bit) { return float_mask<double>((n & bit) != 0); }
};

/// sin r = r - r^3 / 6 + r^5 P(r^2) and cos r = 1 - r^2 / 2 + r^4 Q(r^2), for |r| <= pi/4.
inline constexpr double sin_rest[] = {0.008333333333330925, -0.00019841269836722437, 2.755731608382574e-06, -2.505112794596564e-08,
                                      1.591784866512194e-10};
inline constexpr double cos_rest[] = {0.041666666666666664,   -0.0013888888888887382, 2.480158729874308e-05,
                                      -2.755731726001471e-07, 2.0876143829213935e-09, -1.1382456865840483e-11};

/// sin and cos of high + low.
inline F64 sin_near_zero(const Angle& a) {
  const F64 z = a.high * a.high, cube = z * a.high;
  return a.high - ((z * (0.5 * a.low - cube * polynomial(z, sin_rest)) - a.low) - cube * -0.16666666666666666);
}
inline F64 cos_near_zero(const Angle& a) {
  const F64 z = a.high * a.high, half = 0.5 * z, most = 1 - half;
  return most + (((1 - most) - half) + (z * z * polynomial(z, cos_rest) - a.high * a.low));
}
/// sin(x + turns pi/2).
inline F64 sine_of(const F64& x, std::int64_t turns) {
  const Angle a(x);
  const auto quadrant = a.quadrant + turns;
  const F64 y = where(Angle::has_bit(quadrant, 1), cos_near_zero(a), sin_near_zero(a));
  return where(Angle::has_bit(quadrant, 2), -y, y);
}
inline SimdMask<double> is_rare_angle(const F64& x) { return !(abs(x) <= greatest_angle); }
inline F64 sin_of(const F64& x) {
  return patched(where(x == 0, x, sine_of(x, 0)), is_rare_angle(x), x, [](double e) { return std::sin(e); });
}
inline F64 cos_of(const F64& x) {
  return patched(sine_of(x, 1), is_rare_angle(x), x, [](double e) { return std::cos(e); });
}

inline F64 tan_of(const F64& x) {
  // (tan r - r) / r^3
  static constexpr double rest[] = {0.3333333333333333,      0.1333333333333336,     0.05396825396821537,    0.021869488538244202,
                                    0.00886323547067296,     0.0035921290493352268,  0.0014558230557834531,  0.0005901147020558169,
                                    0.00023865177511337324,  9.880382017937992e-05,  3.383889715384976e-05,  2.727320294802358e-05,
                                    -1.0406547613723265e-05, 1.9712571979092528e-05, -9.832779690566073e-06, 3.969198712105646e-06};
  const Angle a(x);
  const F64 z = a.high * a.high;
  const F64 y = a.high + (z * a.high * polynomial(z, rest) + mad(z, a.low, a.low));
  return patched(where(x == 0, x, where(a.odd(), -1 / y, y)), is_rare_angle(x), x, [](double e) { return std::tan(e); });
}

/// f32: reduced in double, then short polynomials in float.
struct ShortAngle {
  F64 lo, hi;  ///< the angles
  SimdLane<std::int32_t> quadrant;

  explicit ShortAngle(const F32& x) {
    std::tie(lo, hi) = widened(x);
    const F64 k_lo = turns(lo), k_hi = turns(hi);
    lo = remainder(lo, k_lo), hi = remainder(hi, k_hi);
    quadrant = to_bits(narrowed(k_lo, k_hi) + BitsOf<float>::shifter);
  }
  static F64 turns(const F64& x) { return mad(x, F64(0.6366197723675814), F64(BitsOf<double>::shifter)) - BitsOf<double>::shifter; }
  static F64 remainder(const F64& x, const F64& k) { return (x - k * 1.5707963267341256) - k * 6.077100506506192e-11; }
};
inline F32 sine_of(const F32& x, std::int32_t turns) {
  static constexpr float short_sin[] = {-0.166666672F, 0.00833333191F, -0.000198400827F, 2.72493548e-06F};
  static constexpr float short_cos[] = {0.0416666642F, -0.00138883002F, 2.45474366e-05F};
  const ShortAngle a(x);
  const auto quadrant = a.quadrant + turns;
  const F32 r = narrowed(a.lo, a.hi), z = r * r;
  const F32 sine = mad(z * r, polynomial(z, short_sin), r);
  const F32 cosine = mad(z * z, polynomial(z, short_cos), 1 - 0.5F * z);
  const F32 y = where(float_mask<float>((quadrant & 1) != 0), cosine, sine);
  return where(float_mask<float>((quadrant & 2) != 0), -y, y);
}
inline SimdMask<float> is_rare_angle(const F32& x) { return !(abs(x) <= static_cast<float>(greatest_angle)); }
inline F32 sin_of(const F32& x) {
  return patched(where(x == 0, x, sine_of(x, 0)), is_rare_angle(x), x, [](float e) { return std::sin(e); });
}
inline F32 cos_of(const F32& x) {
  return patched(sine_of(x, 1), is_rare_angle(x), x, [](float e) { return std::cos(e); });
}
inline F64 short_tan_near_zero(const F64& r) {
  static constexpr double rest[] = {0.33333333979978208,   0.13333230872164781,   0.05399448062866221,  0.021621002190532864,
                                    0.0099625861045268081, 0.0011846202049414455, 0.0038435559819196153};
  const F64 z = r * r;
  return mad(z * r, polynomial(z, rest), r);
}
inline F32 tan_of(const F32& x) {
  const ShortAngle a(x);
  const F32 near = narrowed(short_tan_near_zero(a.lo), short_tan_near_zero(a.hi));
  const F32 y = where(float_mask<float>((a.quadrant & 1) != 0), -1 / near, near);
  return patched(where(x == 0, x, y), is_rare_angle(x), x, [](float e) { return std::tan(e); });
}

inline constexpr double half_pi = 1.5707963267948966, half_pi_low = 6.123233995736766e-17;

/// asin and acos of x in [-1, 1] from asin(s) = s + s R(s^2) on s <= 1/2; above, s = sqrt((1 - |x|) / 2) and
/// acos|x| = 2 asin(s). `high` + `low` is s exactly enough.
struct Arc {
  F64 s, high, low, rest;
  SimdMask<double> large;

  explicit Arc(const F64& x) {
    static constexpr double coefficients[] = {0.16666666666666669,  0.07499999999998425,  0.04464285714637338,  0.030381944137085216,
                                              0.022372173002005596, 0.017352391265909227, 0.013971235301124539, 0.011478952690257387,
                                              0.010324318288744113, 0.00545087818772055,  0.017419357964884856, -0.014881409392818066,
                                              0.02877844261259304};
    const F64 a = abs(x);
    large = a > 0.5;
    const F64 z = where(large, (1 - a) * 0.5, a * a);
    s = where(large, sqrt(z), a);
    high = upper_half(s);
    low = where(s == 0, 0, (z - high * high) / (s + high));
    rest = z * polynomial(z, coefficients);
  }
};
inline F64 asin_of(const F64& x) {
  const Arc a(x);
  const F64 from_half_pi = 2 * a.s * a.rest - (half_pi_low - 2 * a.low);
  const F64 large = half_pi * 0.5 - (from_half_pi - (half_pi * 0.5 - 2 * a.high));
  return where(a.large, copysign(large, x), mad(x, a.rest, x));
}
inline F64 acos_of(const F64& x) {
  const Arc a(x);
  const F64 small = half_pi - (x - (half_pi_low - x * a.rest));
  const F64 near_one = 2 * (a.high + mad(a.s, a.rest, a.low));
  const F64 near_minus_one = 2 * half_pi - 2 * (a.s + (a.s * a.rest - half_pi_low));
  return where(a.large, where(x < 0, near_minus_one, near_one), small);
}

/// f32: asin s = s + rest.
struct ShortArc {
  F32 s, rest;
  SimdMask<float> large;

  explicit ShortArc(const F32& x) {
    static constexpr float coefficients[] = {0.166666731F, 0.0749885514F, 0.0450013801F, 0.0265545417F, 0.0380850248F};
    const F32 a = abs(x);
    large = a > 0.5F;
    const F32 z = where(large, (1 - a) * 0.5F, a * a);
    s = where(large, sqrt(z), a);
    rest = z * s * polynomial(z, coefficients);
  }
};
inline constexpr float short_half_pi = 1.57079637F, short_half_pi_low = -4.37113883e-8F;
inline F32 asin_of(const F32& x) {
  const ShortArc a(x);
  constexpr float quarter = short_half_pi / 2;
  const F32 large = quarter - ((2 * a.rest - short_half_pi_low) - (quarter - 2 * a.s));
  return copysign(where(a.large, large, a.s + a.rest), x);
}
inline F32 acos_of(const F32& x) {
  const ShortArc a(x);
  const F32 small = short_half_pi - (x - (short_half_pi_low - copysign(a.rest, x)));
  const F32 half = where(x < 0, short_half_pi - (a.s + (a.rest - short_half_pi_low)), a.s + a.rest);
  return where(a.large, 2 * half, small);
}

/// atan x = base + atan y with |y| <= tan(pi/8); base is 0, pi/4 or pi/2.
inline F64 atan_of(const F64& x) {
  static constexpr double rest[] = {-0.3333333333333333,  0.1999999999999548,  -0.14285714284657894, 0.11111111014561013,
                                    -0.09090904549884611, 0.07692182535116648, -0.06664502215671447, 0.058580687568615106,
                                    -0.05085030492810941, 0.03921955253255129, -0.019162068915902573};
  const F64 a = abs(x);
  const auto middle = a > 0.41421356237309503, large = a > 2.414213562373095;
  const F64 y = where(large, -1, where(middle, a - 1, a)) / where(large, a, where(middle, a + 1, 1));
  const F64 turns = where(large, 2, where(middle, 1, 0));
  const F64 z = y * y;
  const F64 tail = z * y * polynomial(z, rest) + turns * (half_pi_low * 0.5);
  return copysign(turns * (half_pi * 0.5) + (y + tail), x);
}
/// For f32 only, where no quotient of two numbers overflows or is subnormal in double: the angle of a / b for a, b >= 0, within 3e-9.
inline F64 short_atan_of_ratio(const F64& a, const F64& b) {
  static constexpr double rest[] = {-0.33333331760434554, 0.1999954031495797, -0.14263949753605723, 0.10743668324830098,
                                    -0.06451718869358958};
  constexpr double huge = 1e200, tiny = 1e-200;  // for infinities and two zeros
  const F64 up = smaller(F64(huge), a), right = smaller(F64(huge), b);
  const auto middle = up > 0.41421356237309503 * right, large = up > 2.414213562373095 * right;
  const F64 y = where(large, -right, where(middle, up - right, up)) / larger(F64(tiny), where(large, up, where(middle, up + right, right)));
  const F64 z = y * y;
  return where(large, half_pi, where(middle, half_pi * 0.5, 0)) + mad(z * y, polynomial(z, rest), y);
}
inline F64 short_atan(const F64& x) { return copysign(short_atan_of_ratio(abs(x), 1), x); }
inline F64 short_atan2(const F64& y, const F64& x) {
  const F64 r = short_atan_of_ratio(abs(y), abs(x));
  return copysign(where(copysign(F64(1), x) < 0, 2 * half_pi - r, r), y);
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
