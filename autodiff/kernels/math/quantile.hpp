#pragma once

#include <limits>

#include <descent/autodiff/kernels/math/logarithm.hpp>

/// The inverses of erf and of the normal distribution's function. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

/// erfinv(x) / x from w = -log(1 - x^2): a polynomial up to w = 5, then sqrt(w) times one of (sqrt(w) - middle) / (sqrt(w) + 3) up to
/// w = 4.5^2, and another up to the last subnormal number. The idea of w is from Giles 2012, "Approximating the erfinv function".
inline F64 erfinv_ratio(const F64& w) {
  static constexpr double near[] = {1.501409351110792,       0.246640276744167,      -0.004177317724383607,   -0.0012527079078108667,
                                    0.0002182502643439536,   -4.996079599531303e-06, -3.416619596296603e-06,  4.787252198207556e-07,
                                    1.341680341173891e-08,   -1.086117031164595e-08, 9.073039059190006e-10,   1.1960787746285124e-10,
                                    -3.1102906010900526e-11, 9.111959747320348e-13,  5.356699602736408e-13,   -7.602569052857905e-14,
                                    -2.887952525477375e-15,  1.878748065628583e-15,  -1.3580378872453845e-16, -2.48177504015291e-17,
                                    4.8544762268282404e-18,  4.185831356075263e-20,  -6.73102367225685e-20,   3.556486085431741e-21};
  static constexpr double mid[] = {0.947510359572077,   0.11059150130287446, -0.028340340159272448, -0.2410303163308571, 1.1001128606909767,
                                   -3.701881140427431,  6.4874472138824535,  7.666979007129075,     -62.370423140194895, 47.847668252277224,
                                   374.84758499808316,  -727.6871207126625,  -1715.8671272790486,   5362.789933337569,   6535.1916872241445,
                                   -28297.407922384024, -22372.126602875032, 106639.45797494517,    74458.66107078304,   -225185.2202499063,
                                   -189817.32451294246};
  static constexpr double far[] = {0.9872088959526111,      0.02596814412286127,     -0.015149597873789599,  0.0024666792824645416,
                                   -3.0607892885992384e-05, -0.0005196785191418895,  0.00024140033552171118, -0.00015266940520693886,
                                   3.35842719021093e-05,    -2.805424050565382e-05,  -2.583091926929728e-06, -7.515844014415195e-06,
                                   -5.147086982664818e-06,  -1.9982341822796813e-06, 6.683507695938862e-06,  -1.7445690968385186e-05,
                                   -5.9892788875182004e-05, 9.670654476813629e-05,   0.00023756679007182893, -0.0004352717172485325,
                                   -0.0006289970822393933,  0.0012687799305409208,   0.0009279714647272275,  -0.002253842131253384,
                                   -0.0005040773549360697,  0.0019325005841642677,   1.094164289662206e-05,  -0.0006237687998712706};
  const F64 s = sqrt(where(w > 751, 751, where(w < 5, 5, w)));
  F64 large = polynomial(1 - (3.171875 + 3) / (s + 3), mid);
  const SimdMask<double> rare = s > 4.5;
  if (any(rare)) large = where(rare, polynomial(1 - (9.03125 + 3) / (s + 3), far), large);
  return where(w > 5, s * large, polynomial(where(w > 5, 5, w) - 2.5, near));
}

inline F64 erfinv_of(const F64& x) {
  const F64 a = abs(x);
  return where(a < 1, x * erfinv_ratio(-log_of((1 - a) * (1 + a))),
               where(a == 1, x * std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()));
}
/// f32: the same, but beyond 5 a polynomial in sqrt(w) - 3.
inline F32 erfinv_of(const F32& x) {
  static constexpr float near[] = {1.50140941F,     0.24664028F,      -0.00417739293F, -0.00125272642F, 0.000218349393F,
                                   -4.9724199e-06F, -3.46398519e-06F, 4.68131361e-07F, 2.33359678e-08F, -8.93192631e-09F};
  static constexpr float far[] = {2.83297706F,     1.00167465F,    0.00943685137F, -0.00763017312F, 0.00575394975F,
                                  -0.00364775746F, 0.00131370651F, 7.6774988e-05F, -0.000171212392F};
  const F32 a = abs(x), w = -log_of((1 - a) * (1 + a));
  const F32 y = x * where(w > 5, polynomial(sqrt(w) - 3, far), polynomial(w - 2.5F, near));
  return where(a < 1, y, where(a == 1, x * std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()));
}
/// -sqrt(2) erfinv(1 - 2p), whose 1 - x^2 = 4 p (1 - p) keeps the digits of a small p.
inline F64 ndtri_of(const F64& p) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const F64 y = (2 * p - 1) * (1.4142135623730951 * erfinv_ratio(-log_of(4 * p * (1 - p))));
  const F64 ends = where(p == 0, -inf, where(p == 1, inf, std::numeric_limits<double>::quiet_NaN()));
  return where((p > 0) & (p < 1), y, ends);
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
