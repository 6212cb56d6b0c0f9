#include <descent/autodiff/kernels/math/gamma.hpp>

#include <math.h>  // lgamma_r

#include <cmath>
#include <cstddef>
#include <limits>

namespace descent::inline v1::kernels {
namespace {

template <std::size_t n> double polynomial(double x, const double (&c)[n]) {
  double sum = c[n - 1];
  for (std::size_t i = n - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

/// On [1, 2]: (x - x0) P(x - 3/2), where x0 is the root, in two parts.
double digamma_near_root(double x) {
  static constexpr double rest[] = {0.9510558760318328,    -0.42362742128146047,    0.24054248424078736,    -0.14840492305391761,
                                    0.09498872445283,      -0.06192213327165706,    0.04076083394462657,    -0.02697579684427536,
                                    0.017907248195969127,  -0.011908215172584002,   0.007927024067961237,   -0.005280017820898739,
                                    0.0035180800751066703, -0.002344650082351332,   0.0015635679757533831,  -0.001042261556504142,
                                    0.000689971780116712,  -0.00045996251446163937, 0.0003268068044140886,  -0.0002178682145490163,
                                    9.17338328919035e-05,  -6.115542617697269e-05,  0.00012230983055394875, -8.15397897317104e-05};
  return ((x - 1.4616321449683622) - 9.549995429965697e-17) * polynomial(x - 1.5, rest);
}

/// log x - 1 / 2x - sum B_2k / (2k x^2k), for x >= 10. source Abramowitz and Stegun 6.3.18
double digamma_asymptotic(double x) {
  static constexpr double rest[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
  const double z = 1 / (x * x);
  return std::log(x) - 0.5 / x - z * polynomial(z, rest);
}

double digamma_of_positive(double x) {
  if (x >= 10) return digamma_asymptotic(x);
  if (x < 1) return digamma_near_root(x + 1) - 1 / x;
  double steps = 0;
  while (x > 2) {
    x -= 1;
    steps += 1 / x;
  }
  return digamma_near_root(x) + steps;
}

}  // namespace

double lgamma_of(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

double digamma_of(double x) {
  constexpr double pi = 3.141592653589793;
  if (x > 0 || std::isnan(x)) return digamma_of_positive(x);
  if (x == 0) return std::copysign(std::numeric_limits<double>::infinity(), -x);
  const double fraction = x - std::round(x);
  if (fraction == 0 || std::isinf(x)) return std::numeric_limits<double>::quiet_NaN();
  return digamma_of_positive(1 - x) - pi / std::tan(pi * fraction);  // reflection
}

}  // namespace descent::inline v1::kernels
