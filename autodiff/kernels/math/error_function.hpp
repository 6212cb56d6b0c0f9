#pragma once

#include <descent/autodiff/kernels/math/exponential.hpp>

/// erf, erfc, erfcx and the normal distribution's function. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

/// erf x for |x| <= 1.
inline F64 erf_near_zero(const F64& x) {
  static constexpr double first = 1.1283791670955126;
  static constexpr double rest[] = {-0.3761263890318375,     0.11283791670954879,    -0.026866170645076792,   0.0052239776248180145,
                                    -0.000854832698083379,   0.0001205533111164271,  -1.4925595266831182e-05, 1.6461000484121368e-06,
                                    -1.6350312701054695e-07, 1.4659775274047436e-08, -1.1372848856791674e-09, 5.957176147748911e-11};
  const F64 square = x * x;
  return x * mad(square, polynomial(square, rest), F64(first));
}

/// e^(a^2) erfc a = P(t) / (1 + 2a), t = (a - 3) / (a + 3), for 0 <= a <= 1e8, as a sum: `high` has half of the bits, so that its
/// product with another such number is exact. source Shepherd and Laframboise 1981, "Chebyshev approximation of
/// (1 + 2x) exp(x^2) erfc x in 0 <= x < inf", for the form
struct ScaledErfc {
  F64 high, low;

  explicit ScaledErfc(const F64& a) {
    static constexpr double middle = 1.2530080582697296;  // P(0)
    static constexpr double rest[] = {-0.13562110612458117,    -0.04756229435345087,    0.1296451587027606,     -0.11927366341530699,
                                      0.06830802734397848,     -0.023770514918645888,   0.002529391816066239,   0.0018886903591561553,
                                      -0.0007798322721083991,  -0.00010515979981501177, 0.00012509935235563107, 4.949484992570595e-06,
                                      -2.0100567931289227e-05, -7.315105164159062e-07,  3.472414602875686e-06,  3.5683839153992204e-07,
                                      -6.166496077604353e-07,  -1.4160064940265987e-07, 1.0187000600072885e-07, 4.180784698845582e-08,
                                      -1.3326364813003834e-08, -8.500397929772615e-09,  9.885798831139365e-10,  8.864219016427092e-10};
    const F64 t = 1 - 6 / (a + 3);
    const F64 bend = t * polynomial(t, rest), top = middle + bend, top_lost = (middle - top) + bend;
    const F64 bottom = 1 + 2 * a, bottom_lost = where(a > 0.5, 2 * a - bottom + 1, 1 - bottom + 2 * a), bottom_high = upper_half(bottom);
    high = upper_half(top / bottom);
    low = (top - high * bottom_high - high * (bottom - bottom_high) + (top_lost - high * bottom_lost)) / bottom;
  }
};

/// y e^r 2^k for |r| <= ln(2) / 2, the rest of each factor and product added again: within 1 ulp.
inline F64 times_exp(const ScaledErfc& y, const F64& r, const F64& k) {
  const F64 most = 1 + r, rest = mad(r * r, polynomial(r, Exponential<double>::rest), (1 - most) + r);
  const F64 high = upper_half(most), low = (most - high) + rest;
  return scale(y.high * high + (y.high * low + y.low * (high + low)), k);
}
/// e^(-a^2) in two factors: the square of a's upper half is exact, and what it lacks goes into the remainder.
inline F64 erfc_of_positive(const F64& x) {
  const F64 a = where(x > 28, 28, x), high = upper_half(a);
  const Reduced<double> e(-(high * high));
  return times_exp(ScaledErfc(a), e.r - (a - high) * (a + high), e.k);
}

inline F64 erf_of(const F64& x) {
  const F64 a = abs(x);
  return where(a > 1, copysign(1 - erfc_of_positive(a), x), erf_near_zero(x));
}
inline F64 erfc_of(const F64& x) {
  const F64 a = abs(x), tail = erfc_of_positive(a);
  return where(a > 0.4, where(x < 0, 2 - tail, tail), 1 - erf_near_zero(x));
}
inline F64 erfcx_of(const F64& x) {
  const F64 a = abs(x);
  const ScaledErfc y(where(a > 1e8, 1e8, a));
  const F64 right = where(a > 1e8, 0.5641895835477563 / a, y.high + y.low);  // 1 / sqrt(pi) a
  const F64 bounded = where(a > 27, 27, a), high = upper_half(bounded);
  const Reduced<double> e(high * high);
  const F64 growth = scale(exp_near_zero(e.r + (bounded - high) * (bounded + high)), e.k + 1);
  return where(x < 0, growth - right, right);
}

/// The probability that a normal variable is less than x, and its logarithm.
inline F64 ndtr_of_negative(const F64& x) {  // e^(-x^2 / 2) erfcx(|x| / sqrt 2) / 2, for the sign of x either way
  const F64 a = where(abs(x) > 40, 40, abs(x)), high = upper_half(a);
  const Reduced<double> e(-0.5 * (high * high));
  return times_exp(ScaledErfc(a * 0.7071067811865476), e.r - 0.5 * ((a - high) * (a + high)), e.k - 1);
}
inline F64 ndtr_of(const F64& x) {
  const F64 tail = ndtr_of_negative(x), middle = where(abs(x) > 1, 1, x);
  return where(abs(x) > 0.5, where(x < 0, tail, 1 - tail), mad(F64(0.5), erf_near_zero(middle * 0.7071067811865476), F64(0.5)));
}

/// For f32. e^(a^2) erfc a = u P(u), u = 1 / (a + 5/2), for a >= 0, within 9e-9.
inline F64 short_erfcx(const F64& a) {
  static constexpr double coefficients[] = {0.56418957864040886, 1.4104769807961188, 3.2437612562037437,  6.7144754654946306,
                                            11.532726856804246,  21.269687901039507, -32.832743119516003, 224.0039759395564,
                                            -927.13062986572663, 1371.7753341999996, -712.12359641026978};
  const F64 u = 1 / (a + 2.5);
  return u * polynomial(u, coefficients);
}
inline F64 short_erfc(const F64& x) {
  const F64 a = smaller(F64(11), abs(x)), tail = short_exp(-(a * a)) * short_erfcx(a);
  return where(x < 0, 2 - tail, tail);
}
inline F32 upper_half(const F32& x) { return from_bits<float>(to_bits(x) & (std::int32_t{-1} << 12)); }
/// f32: the tail is e^(-a^2 / 2) P(t) / (a + 3), t = (a - 3) / (a + 3); what the square of a's upper half lacks goes into the remainder.
inline F32 ndtr_of(const F32& x) {
  static constexpr float coefficients[] = {0.729083657F,   -0.509331942F,  0.230020016F,     -0.0472616814F,  -0.0104858363F,
                                           0.00694532879F, 0.00109569426F, -0.000926560257F, -0.000288370851F};
  const F32 a = smaller(F32(15), abs(x)), high = upper_half(a), u = 1 / (a + 3);
  const Reduced<float> e(-0.5F * (high * high));
  const F32 power = exp_near_zero(e.r - 0.5F * ((a - high) * (a + high)));
  const F32 scaled = power * (u * polynomial((a - 3) * u, coefficients));
  const F32 tail = all(a <= 12) ? scale_normal(scaled, e.turned) : scale(scaled, e.k);
  return where(x < 0, tail, 1 - tail);
}

/// f32: x + x P(x^2) up to 1, then 1 - e^-P(|x|).
inline F32 erf_of(const F32& x) {
  static constexpr float small[] = {0.128379107F,   -0.37612626F,    0.112835944F,   -0.0268542115F,
                                    0.00518908724F, -0.00080168643F, 7.87587487e-05F};
  static constexpr float large[] = {-0.00032013806F, 1.13023341F,     0.631826043F,    0.110080086F,   -0.0264211353F,
                                    0.0047595962F,   -0.00059680565F, 4.60580413e-05F, -1.6371514e-06F};
  const F32 a = abs(x);
  const F32 tail = 1 - moderate_exp(-polynomial(smaller(F32(4), a), large));
  return where(a > 1, copysign(tail, x), mad(x, polynomial(x * x, small), x));
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
