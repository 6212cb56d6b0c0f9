#pragma once

#include <limits>

#include <descent/autodiff/kernels/math/exponential.hpp>

/// Modified Bessel functions of the first kind, of order 0 and 1, for f32 of order 2 too. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

/// Up to 9, I_0 = 1 + z P(z) and I_1 = (1 + z Q(z)) a / 2 with z = a^2 / 4; beyond, sqrt(a) e^-a I = R(1 / a).
inline constexpr double bessel_turn = 9;

inline F64 bessel_near(int order, const F64& x) {
  static constexpr double zero[] = {1.0,
                                    0.2500000000000001,
                                    0.027777777777777263,
                                    0.0017361111111119621,
                                    6.944444444370429e-05,
                                    1.9290123460680326e-06,
                                    3.9367598757323466e-08,
                                    6.151187645731058e-10,
                                    7.59405302080986e-12,
                                    7.594125018832184e-14,
                                    6.275480710032736e-16,
                                    4.362349809418669e-18,
                                    2.5601114041074742e-20,
                                    1.3782450441376694e-22,
                                    4.486534985107108e-25,
                                    3.98627215390166e-27};
  static constexpr double one[] = {0.5,
                                   0.08333333333333334,
                                   0.006944444444444416,
                                   0.0003472222222222683,
                                   1.1574074074033994e-05,
                                   2.755731922609267e-07,
                                   4.920949854163494e-09,
                                   6.834652758100842e-11,
                                   7.594055498067534e-13,
                                   6.903725574870859e-15,
                                   5.229742085197395e-17,
                                   3.3547561234097805e-19,
                                   1.831874104295316e-21,
                                   9.11146507442999e-24,
                                   2.913304934397512e-26,
                                   2.2748126461126594e-28};
  const F64 a = where(abs(x) > bessel_turn, bessel_turn, abs(x)), z = 0.25 * (a * a);
  return order == 0 ? mad(z, polynomial(z, zero), F64(1)) : mad(0.5 * a, z * polynomial(z, one), 0.5 * a);
}
inline F64 bessel_far(int order, const F64& a) {
  static constexpr double zero[] = {
      0.3989422804014327,  0.04986778505013996, 0.02805062914740787, 0.029219372669784454, 0.044752168343074564, 0.08874363028419177,
      0.46023899257712647, -19.720800662888358, 1320.46039493464,    -64115.86136599568,   2394358.7823893516,   -69452076.46816869,
      1576214712.1160383,  -28055683832.34251,  390816741323.90607,  -4230288384456.6177,  35112383752799.305,   -218698550695330.38,
      987211528759595.9,   -3045148448749639.5, 5736930324694152.0,  -4977115234462926.0};
  static constexpr double one[] = {
      0.39894228040143265, -0.14960335515049566, -0.04675104854477097, -0.04090713276502476, -0.057536269346293384, -0.10876508065770815,
      -0.5155560109084737, 20.804195208665384,   -1395.8221275833591,  67671.62935976822,    -2523426.3245471376,   73081555.8449828,
      -1655893026.0877416, 29424642779.07921,    -409187177727.2132,   4421481326928.486,    -36635547241452.18,    227789415792068.38,
      -1026476953319374.9, 3160896926299974.5,   -5945124106656342.0,  5149432665456472.0};
  const F64 u = 1 / where(a > bessel_turn, a, bessel_turn);
  return (order == 0 ? polynomial(u, zero) : polynomial(u, one)) / sqrt(where(a > bessel_turn, a, bessel_turn));
}

/// f32: the same up to 6, with I_2 = z P(z); within 1e-7.
inline constexpr float short_bessel_turn = 6;

inline F32 bessel_near(int order, const F32& x) {
  static constexpr float zero[] = {
      1.0F, 0.25F, 0.0277777947F, 0.00173609215F, 6.94551927e-05F, 1.92559992e-06F, 4.00000637e-08F, 5.4765642e-10F, 1.13528648e-11F};
  static constexpr float one[] = {
      0.5F, 0.0833333507F, 0.00694439886F, 0.000347262627F, 1.15566145e-05F, 2.79643587e-07F, 4.40190728e-09F, 1.0173018e-10F};
  static constexpr float two[] = {0.5F,           0.166666657F,   0.0208333489F,   0.00138887158F, 5.78801628e-05F,
                                  1.6503293e-06F, 3.5022989e-08F, 4.85310347e-10F, 1.0257498e-11F};
  const F32 a = where(abs(x) > short_bessel_turn, short_bessel_turn, abs(x)), z = 0.25F * (a * a);
  if (order == 0) return mad(z, polynomial(z, zero), F32(1));
  return order == 1 ? mad(0.5F * a, z * polynomial(z, one), 0.5F * a) : z * polynomial(z, two);
}
inline F32 bessel_far(int order, const F32& a) {
  static constexpr float rest[3][6] = {{0.398942262F, 0.0498762354F, 0.0275045205F, 0.0421302319F, -0.0862050653F, 0.607848227F},
                                       {0.398942322F, -0.149613217F, -0.0461143702F, -0.0559255779F, 0.0943657085F, -0.709397972F},
                                       {0.398942232F, -0.748001277F, 0.326257944F, 0.146180943F, -0.109321654F, 1.13277113F}};
  const F32 bounded = where(a > short_bessel_turn, a, short_bessel_turn);
  return polynomial(1 / bounded, rest[order]) / sqrt(bounded);
}

template <class L> inline constexpr typename L::Element turn_of = sizeof(typename L::Element) == 4 ? short_bessel_turn : bessel_turn;
template <class L> L with_parity(bool odd, const L& y, const L& x) { return odd ? copysign(y, x) : y; }

/// The exponential comes in two halves: it overflows before I does.
template <class L> L bessel_i_of(int order, const L& x) {
  const L a = where(abs(x) > 1500, 1500, abs(x)), half = exp_of(0.5 * a);
  return with_parity(order == 1, where(a > turn_of<L>, (bessel_far(order, a) * half) * half, bessel_near(order, a)), x);
}
template <class L> L bessel_ie_of(int order, const L& x) {
  const L a = abs(x);
  return with_parity(order == 1, where(a > turn_of<L>, bessel_far(order, a), bessel_near(order, a) * exp_of(-a)), x);
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
