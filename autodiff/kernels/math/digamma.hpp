#pragma once

#include <cmath>
#include <limits>

#include <descent/autodiff/kernels/math/gamma.hpp>
#include <descent/autodiff/kernels/math/logarithm.hpp>

/// digamma of doubles, alone or in lanes, and lgamma for f32. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

inline F64 log_of_either(const F64& x) { return log_of(x); }
inline double log_of_either(double x) { return std::log(x); }

template <class X, std::size_t n> X plain_powers(const X& x, const double (&c)[n]) {
  X sum = c[n - 1];
  for (std::size_t i = n - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

/// On [1, 2]: (x - x0) P(x - 3/2), where x0 is the root, in two parts.
template <class X> X digamma_near_root(const X& x) {
  static constexpr double rest[] = {0.9510558760318328,    -0.42362742128146047,    0.24054248424078736,    -0.14840492305391761,
                                    0.09498872445283,      -0.06192213327165706,    0.04076083394462657,    -0.02697579684427536,
                                    0.017907248195969127,  -0.011908215172584002,   0.007927024067961237,   -0.005280017820898739,
                                    0.0035180800751066703, -0.002344650082351332,   0.0015635679757533831,  -0.001042261556504142,
                                    0.000689971780116712,  -0.00045996251446163937, 0.0003268068044140886,  -0.0002178682145490163,
                                    9.17338328919035e-05,  -6.115542617697269e-05,  0.00012230983055394875, -8.15397897317104e-05};
  return ((x - 1.4616321449683622) - 9.549995429965697e-17) * plain_powers(X(x - 1.5), rest);
}

/// log x - 1 / 2x - sum B_2k / (2k x^2k), for x >= 10. source Abramowitz and Stegun 6.3.18
template <class X> X digamma_asymptotic(const X& x) {
  static constexpr double rest[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
  const X inverse = 1 / x, z = inverse * inverse;
  return log_of_either(x) - 0.5 * inverse - z * plain_powers(z, rest);
}

inline F64 digamma_of(const F64& x) {
  const SimdMask<double> rare = !(x > 0), large = x >= 10;
  F64 near = where(rare | large, 1, where(x < 1, x + 1, x)), steps = where(x < 1, -1 / x, 0);
  for (SimdMask<double> beyond = near > 2; any(beyond); beyond = near > 2) {
    near = where(beyond, near - 1, near);
    steps = where(beyond, steps + 1 / near, steps);
  }
  const F64 y = where(large, digamma_asymptotic(where(large, x, 10)), digamma_near_root(near) + steps);
  return patched(y, rare, x, [](double e) { return kernels::digamma_of(e); });
}

/// For f32 only, within 1e-9. On [1, 2]: (x - 1)(x - 2) P(x - 3/2), moved there by the logarithm of a product; from 8 on
/// (x - 1/2) log x - x + log(2 pi) / 2 + 1 / 12x - ...  source Abramowitz and Stegun 6.1.41. Anything unless 0 < x < inf.
inline F64 short_lgamma(const F64& x) {
  static constexpr double near_zeros[] = {0.48312895054098087,   -0.14595990197688652,   0.062911404839564797,  -0.031308004941121813,
                                          0.016796798963860229,  -0.0094362952470474978, 0.0054530848397575894, -0.0031169393550074921,
                                          0.0018638584104564955, -0.0015245715089464,    0.00093498637148052457};
  const SimdMask<double> large = x >= 8, below = x < 1;
  F64 near = where(large, 1, where(below, x + 1, x)), product = where(large | below, x, 1);
  for (SimdMask<double> beyond = near > 2; any(beyond); beyond = near > 2) {
    near = where(beyond, near - 1, near);
    product = where(beyond, product * near, product);
  }
  const F64 turns = log_of(product), inverse = 1 / where(large, x, 8), z = inverse * inverse;
  const F64 small = mad((near - 1) * (near - 2), polynomial(near - 1.5, near_zeros), where(below, -turns, turns));
  const F64 tail = inverse * (1.0 / 12 + z * (-1.0 / 360 + z * (1.0 / 1260)));
  return where(large, (x - 0.5) * turns - x + (0.91893853320467274 + tail), small);
}
inline F32 lgamma_of(const F32& x) {
  const SimdMask<float> rare = !((x > 0) & (x < std::numeric_limits<float>::infinity()));
  return patched(in_double<short_lgamma>(where(rare, 1, x)), rare, x, [](float e) { return static_cast<float>(kernels::lgamma_of(e)); });
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
