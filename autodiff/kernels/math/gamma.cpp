#include <descent/autodiff/kernels/math/gamma.hpp>

#include <math.h>  // lgamma_r

#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

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

/// sum (x + k)^-s over k = 0, 1, ... for s >= 2 and x > 0: terms up to s + 10, then Euler and Maclaurin's formula.
/// source Abramowitz and Stegun 23.1.30
double hurwitz_zeta(double s, double x) {
  static constexpr double rest[] = {1.0 / 12,          -1.0 / 720,
                                    1.0 / 30240,       -1.0 / 1209600,  // B_2j / (2j)!
                                    1.0 / 47900160,    -691.0 / 1307674368e3,
                                    1.0 / 74724249600, -3617.0 / 10670622842880e3};
  double sum = 0;
  for (; x < s + 10; x += 1) sum += std::pow(x, -s);
  const double last = std::pow(x, -s), z = 1 / (x * x);
  double tail = 0, factor = s / x;  // s (s + 1) ... (s + 2j) / x^(2j + 1)
  for (std::size_t j = 0; j < std::size(rest); ++j) {
    tail += rest[j] * factor;
    const double next = s + 2 * static_cast<double>(j) + 1;
    factor *= next * (next + 1) * z;
  }
  return sum + last * (x / (s - 1) + 0.5 + tail);
}

/// The nth derivative of cot(pi x) pi by pi^-(n + 1), as a polynomial in c = cot(pi x): c' = -(1 + c^2). All its terms have one sign.
double cot_derivative(Index n, double c) {
  std::vector<double> p = {0, 1};
  for (Index i = 0; i < n; ++i) {
    std::vector<double> next(p.size() + 1, 0.0);
    for (std::size_t k = 1; k < p.size(); ++k) {
      next[k - 1] -= static_cast<double>(k) * p[k];
      next[k + 1] -= static_cast<double>(k) * p[k];
    }
    p = std::move(next);
  }
  double sum = 0;
  for (std::size_t k = p.size(); k-- > 0;) sum = sum * c + p[k];
  return sum;
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

double polygamma_of(Index n, double x) {
  constexpr double pi = 3.141592653589793, inf = std::numeric_limits<double>::infinity();
  if (n == 0) return digamma_of(x);
  const double order = static_cast<double>(n);
  const bool odd = n % 2 == 1;
  if (x > 0 || std::isnan(x)) {
    if (x == inf) return odd ? 0.0 : -0.0;
    const double size = std::tgamma(order + 1) * hurwitz_zeta(order + 1, x);
    return odd ? size : -size;
  }
  if (std::isinf(x)) return std::numeric_limits<double>::quiet_NaN();
  const double fraction = x - std::round(x);
  if (fraction == 0) return odd ? inf : x == 0 ? std::copysign(inf, -x) : std::numeric_limits<double>::quiet_NaN();
  const double mirrored = polygamma_of(n, 1 - x);
  return (odd ? -mirrored : mirrored) - std::pow(pi, order + 1) * cot_derivative(n, 1 / std::tan(pi * fraction));  // reflection
}

}  // namespace descent::inline v1::kernels
