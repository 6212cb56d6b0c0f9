#pragma once

#include <descent/autodiff/kernels/math/exponential.hpp>

/// erf and erfc. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

/// erf x for |x| <= 1.
inline F64 erf_near_zero(const F64& x) {
  static constexpr double rest[] = {1.1283791670955126,     -0.3761263890318375,     0.11283791670954879,    -0.026866170645076792,
                                    0.0052239776248180145,  -0.000854832698083379,   0.0001205533111164271,  -1.4925595266831182e-05,
                                    1.6461000484121368e-06, -1.6350312701054695e-07, 1.4659775274047436e-08, -1.1372848856791674e-09,
                                    5.957176147748911e-11};
  return x * polynomial(x * x, rest);
}

/// erfc a = e^(-a^2) P(t) / (1 + 2a), t = (a - 4) / (a + 4), for 0.4 <= a <= 28. source Shepherd and Laframboise 1981,
/// "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < inf", for the form
inline F64 erfc_of_large(const F64& a) {
  static constexpr double rest[] = {1.2329951186255526,      -0.13962111684056247,    0.015379652102619514,   0.0680970542546883,
                                    -0.10103906603628758,    0.09373283499853505,     -0.06633036581268839,   0.03716751553386518,
                                    -0.01619773405112376,    0.0050319700171134315,   -0.0007577733432693323, -0.00019925695284863306,
                                    0.00015062195462674487,  -2.4398118222187874e-05, -1.122294760127652e-05, 5.7066664341004555e-06,
                                    2.9576447140861644e-07,  -8.197923689226546e-07,  7.203979848400517e-08,  1.0351131119789203e-07,
                                    -1.5976065868403447e-08, -9.747931867879743e-09,  1.2133596311782887e-09};
  const F64 high = upper_half(a);
  const Reduced<double> e(-(high * high));  // exact, and the rest of a^2 goes into the remainder: e^(-a^2) to its last bits
  const F64 power = scale(exp_near_zero(e.r - (a - high) * (a + high)), e.k);
  return power * (polynomial((a - 4) / (a + 4), rest) / (1 + 2 * a));
}

inline F64 erf_of(const F64& x) {
  const F64 a = abs(x);
  return where(a > 1, copysign(1 - erfc_of_large(where(a > 6.5, 6.5, a)), x), erf_near_zero(x));
}
inline F64 erfc_of(const F64& x) {
  const F64 a = abs(x);
  const F64 tail = erfc_of_large(where(a > 28, 28, where(a < 0.4, 0.4, a)));
  const F64 large = where(x < 0, 2 - tail, tail);
  return where((a > 0.5), large, 1 - erf_near_zero(x));
}

/// f32: x + x P(x^2) up to 1, then 1 - e^-P(|x|).
inline F32 erf_of(const F32& x) {
  static constexpr float small[] = {0.128379107F,   -0.37612626F,    0.112835944F,   -0.0268542115F,
                                    0.00518908724F, -0.00080168643F, 7.87587487e-05F};
  static constexpr float large[] = {-0.00032013806F, 1.13023341F,     0.631826043F,    0.110080086F,   -0.0264211353F,
                                    0.0047595962F,   -0.00059680565F, 4.60580413e-05F, -1.6371514e-06F};
  const F32 a = abs(x);
  const F32 bounded = where(a > 4, 4, a);
  const F32 tail = 1 - moderate_exp(-polynomial(bounded, large));
  return where(a > 1, copysign(tail, x), mad(x, polynomial(x * x, small), x));
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
