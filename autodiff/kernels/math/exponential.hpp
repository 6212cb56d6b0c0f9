#pragma once

#include <limits>

#include <descent/autodiff/kernels/math/bits.hpp>

/// exp, exp2, expm1, sinh, cosh, tanh, sigmoid. Private. Polynomials interpolate at Chebyshev's points.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

/// e^x = 2^k e^r with |r| <= ln(2) / 2. ln 2 is high + low, high so short that k high is exact.
template <class T> struct Exponential;
template <> struct Exponential<float> {
  static constexpr float per_ln2 = 1.44269504F, ln2_high = 0.693145752F, ln2_low = 1.42860682e-6F;
  static constexpr float greatest = 89, least = -104;  // beyond them e^x is inf or 0
  static constexpr float usual = 87;                   // up to this size of x it is a normal number
  // (e^r - 1 - r) / r^2
  static constexpr float rest[] = {0.5F, 0.166665763F, 0.0416665524F, 0.00836323295F, 0.00139262504F};
};
template <> struct Exponential<double> {
  static constexpr double per_ln2 = 1.4426950408889634, ln2_high = 0.6931471803691238, ln2_low = 1.9082149292705877e-10;
  static constexpr double greatest = 710, least = -746, usual = 708;
  static constexpr double rest[] = {0.5,
                                    0.1666666666666667,
                                    0.04166666666666667,
                                    0.008333333333326084,
                                    0.0013888888888883711,
                                    0.0001984126987500228,
                                    2.480158732567746e-05,
                                    2.755725517000089e-06,
                                    2.7557273478718545e-07,
                                    2.5105312729622106e-08,
                                    2.091475532590548e-09};
};

/// e^r for |r| <= ln(2) / 2. f64: the bits that 1 + r loses are added again.
inline F64 exp_near_zero(const F64& r) {
  const F64 most = 1 + r, lost = (1 - most) + r;
  return most + mad(r * r, polynomial(r, Exponential<double>::rest), lost);
}
inline F32 exp_near_zero(const F32& r) { return mad(r, mad(r, polynomial(r, Exponential<float>::rest), F32(1)), F32(1)); }

/// The k and r of e^x = 2^k e^r, for x of moderate size; k is in the low bits of `turned`, too.
template <class T> struct Reduced {
  SimdLane<T> turned, k, r;

  explicit Reduced(const SimdLane<T>& x) {
    using E = Exponential<T>;
    turned = mad(x, SimdLane<T>(E::per_ln2), SimdLane<T>(BitsOf<T>::shifter));
    k = turned - BitsOf<T>::shifter;
    r = mad(k, SimdLane<T>(-E::ln2_low), mad(k, SimdLane<T>(-E::ln2_high), x));
  }
};
/// x 2^k where x and the product are normal numbers; k in the low bits of `turned`.
template <class T> SimdLane<T> scale_normal(const SimdLane<T>& x, const SimdLane<T>& turned) {
  return from_bits<T>(to_bits(x) + shift_left<BitsOf<T>::mantissa>(to_bits(turned)));
}
/// e^x where it is a normal number; anything for NaN.
template <class T> SimdLane<T> moderate_exp(const SimdLane<T>& x) {
  const Reduced<T> e(x);
  return scale_normal(exp_near_zero(e.r), e.turned);
}
template <class T> SimdLane<T> clamped(const SimdLane<T>& x, T least, T greatest) {  // NaN stays NaN
  return larger(SimdLane<T>(least), smaller(SimdLane<T>(greatest), x));
}
template <class T> SimdLane<T> exp_of(const SimdLane<T>& x) {
  using E = Exponential<T>;
  if (all(abs(x) <= E::usual)) return moderate_exp(x);
  const Reduced<T> e(clamped(x, E::least, E::greatest));
  return scale(exp_near_zero(e.r), e.k);
}

inline F64 exp2_of(const F64& x) {
  const F64 y = clamped(x, -1080.0, 1030.0);
  const F64 k = round(y);
  return scale(exp_near_zero((y - k) * 0.6931471805599453), k);
}

/// f32: 2^r = 1 + r P(r) for the rest r, which is exact.
inline F32 exp2_of(const F32& x) {
  static constexpr float rest[] = {0.693147182F, 0.240226507F, 0.0555035695F, 0.00961808208F, 0.00133908866F, 0.000154531823F};
  const bool usual = all(abs(x) <= 125.0F);
  const F32 y = usual ? x : clamped(x, -151.0F, 129.0F);
  const F32 turned = y + BitsOf<float>::shifter, k = turned - BitsOf<float>::shifter, r = y - k;
  const F32 power = mad(r, polynomial(r, rest), F32(1));
  return usual ? scale_normal(power, turned) : scale(power, k);
}

/// e^x for f32, within 6e-11, for |x| up to 700; a NaN of f32, whose low bits are 0, stays one.
inline F64 short_exp(const F64& x) {
  static constexpr double power[] = {0.99999999995952937,  0.99999999999550548,   0.5000000107793876,    0.16666666786380441,
                                     0.041666218139710595, 0.0083332835187681052, 0.0013948590286863383, 0.00019907582591325134};
  const F64 turned = mad(x, F64(Exponential<double>::per_ln2), F64(BitsOf<double>::shifter)), k = turned - BitsOf<double>::shifter;
  return from_bits<double>(to_bits(polynomial(mad(k, F64(-0.6931471805599453), x), power)) + shift_left<52>(to_bits(turned)));
}

/// e^x - 1 = 2 (s (e^r - 1) + (s - 1/2)), s = 2^(k - 1), with what r lost in rounding added again.
template <class T> SimdLane<T> expm1_of(const SimdLane<T>& x) {
  using E = Exponential<T>;
  using B = BitsOf<T>;
  const SimdLane<T> y = clamped(x, T(-50), E::greatest);
  const SimdLane<T> turned = mad(y, SimdLane<T>(E::per_ln2), SimdLane<T>(B::shifter)), k = turned - B::shifter;
  const SimdLane<T> high = mad(k, SimdLane<T>(-E::ln2_high), y), low = k * E::ln2_low;
  const SimdLane<T> r = high - low, lost = (high - r) - low;
  const SimdLane<T> near_zero = r + mad(r * r, polynomial(r, E::rest), lost);
  const SimdLane<T> s = from_bits<T>(shift_left<B::mantissa>(to_bits(turned) + (B::bias - 1)));
  return where(x == 0, x, 2 * mad(s, near_zero, s - T(0.5)));
}

/// tanh x = x + x^3 P(x^2) near 0, else 1 - 2 / (e^2x + 1).
template <class T> struct Tanh;
template <> struct Tanh<float> {
  static constexpr float small = 0.625F, greatest = 10;
  static constexpr float rest[] = {-0.333333343F, 0.133333042F, -0.0539592579F, 0.0217689183F, -0.00834394526F, 0.00229274482F};
};
template <> struct Tanh<double> {
  static constexpr double small = 0.55, greatest = 20;
  static constexpr double rest[] = {-0.3333333333333333,     0.1333333333333331,    -0.05396825396822037,   0.021869488534073906,
                                    -0.0088632354631468,     0.0035921267699626346, -0.0014558190971513509, 0.0005899052969492719,
                                    -0.00023847272480151976, 9.455133052923538e-05, -3.372080112044493e-05, 7.874274345333485e-06};
};
template <class T> SimdLane<T> tanh_of(const SimdLane<T>& x) {
  const SimdLane<T> a = abs(x);
  const SimdLane<T> large = 1 - 2 / (moderate_exp(smaller(SimdLane<T>(Tanh<T>::greatest), a) * 2) + 1);
  const SimdLane<T> square = x * x;
  const SimdLane<T> small = mad(square * a, polynomial(square, Tanh<T>::rest), a);
  return copysign(where(a > Tanh<T>::small, large, small), x);
}

/// 1 / (1 + e^-x), from e^-|x|, which cannot overflow. What 1 + e lost matters where it is near 1, so dividing by it is
/// multiplying by 1 - lost.
template <class T> SimdLane<T> sigmoid_of(const SimdLane<T>& x) {
  const SimdLane<T> e = exp_of(-abs(x));
  const SimdLane<T> sum = 1 + e, lost = e - (sum - 1);
  const SimdLane<T> y = where(x < 0, e, SimdLane<T>(1)) / sum;
  return mad(-y, lost, y);
}

/// sinh and cosh from e^|x| / 2 = h: h -+ 1 / 4h.
template <class T> SimdLane<T> half_exp(const SimdLane<T>& a) {
  constexpr T greatest = Exponential<T>::greatest + 10;
  const Reduced<T> e(smaller(SimdLane<T>(greatest), a));
  return scale(exp_near_zero(e.r), e.k - 1);
}
template <class T> SimdLane<T> cosh_of(const SimdLane<T>& x) {
  const SimdLane<T> h = half_exp(abs(x));
  return h + T(0.25) / h;
}
/// sinh x = x + x^3 P(x^2) up to 1.
template <class T> struct Sinh;
template <> struct Sinh<float> {
  static constexpr float rest[] = {0.166666672F, 0.00833333936F, 0.000198381022F, 2.80628024e-06F};
};
template <> struct Sinh<double> {
  static constexpr double rest[] = {0.16666666666666666,   0.008333333333333333,   0.00019841269841269773, 2.755731922404034e-06,
                                    2.505210836405804e-08, 1.6059048396350562e-10, 7.646625361656657e-13,  2.8445264169895285e-15};
};
template <class T> SimdLane<T> sinh_of(const SimdLane<T>& x) {
  const SimdLane<T> a = abs(x), h = half_exp(a), square = x * x;
  return where(a > 1, copysign(h - T(0.25) / h, x), mad(square * x, polynomial(square, Sinh<T>::rest), x));
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
