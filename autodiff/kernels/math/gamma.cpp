#include <descent/autodiff/kernels/math/gamma.hpp>

#include <math.h>  // lgamma_r

#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include <descent/autodiff/kernels/math/digamma.hpp>

namespace descent::inline v1::kernels {
namespace {

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
