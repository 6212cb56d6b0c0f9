// With x = e^z the density of z at z + s, by that at z, is e^(a s - x (e^s - 1)); its logarithm has the slope s + z - digamma(a) in a.
// As the density's integral is 1, for every a,
//   g = -int_{s < 0} e^(a s - x (e^s - 1)) (s + z - digamma(a)) ds = int_{s > 0} (the same) ds.
// On the side where z - digamma(a) has the sign of s nothing cancels. Derivatives in a are taken under the integral.
#include <descent/autodiff/kernels/math/gamma_quantile.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <descent/autodiff/kernels/math/gamma.hpp>

namespace descent::inline v1::kernels {
namespace {

constexpr double negligible = 42;  ///< e^-42 = 6e-19

/// The derivatives in a of z - digamma(a), from the 0th to the nth.
std::vector<double> distances(Index n, double a, double z) {
  std::vector<double> d{z - digamma_of(a)};
  for (Index i = 1; i <= n; ++i) d.push_back(-polygamma_of(i, a));
  return d;
}

/// The nth derivative of d(a) / b, where b' = 1.
double of_quotient(const std::vector<double>& d, double b) {
  double sum = 0, factor = 1 / b;  // (-1)^j n! / (n - j)! / b^(j + 1)
  for (std::size_t left = d.size(); left-- > 0;) {
    sum += factor * d[left];
    factor *= -static_cast<double>(left) / b;
  }
  return sum;
}

/// For x <= 1, by powers of x:  g = -e^x ((z - digamma(a + 1)) / a + sum (-x)^k / k! ((z - digamma(a)) / (a + k) - 1 / (a + k)^2)),
/// where the first term was 1 / a^2 more, which is what digamma(a + 1) - digamma(a) takes.
double by_series(Index n, double a, double z, double x) {
  double sum = of_quotient(distances(n, a + 1, z), a);
  const std::vector<double> d = distances(n, a, z);
  double power = -x;
  for (int k = 1; k < 25 && power != 0; power *= -x / ++k) {
    const double b = a + k;
    double inverse_square = 1 / (b * b);
    for (Index i = 1; i <= n; ++i) inverse_square *= -static_cast<double>(i + 1) / b;
    sum += power * (of_quotient(d, b) - inverse_square);
  }
  return -std::exp(x) * sum;
}

/// How far from z the density has become negligible, for x > 1; on the left only where a > 1. The logarithm of the loss is convex in the
/// distance, so Newton's steps from beyond come closer from that side.
double reach(double a, double x, bool left) {
  const double d = x - a;
  double s = left ? (negligible + x) / a : (std::sqrt(d * d + 2 * x * negligible) - d) / x;
  for (int i = 0; i < 60; ++i) {
    const double loss = left ? a * s + x * std::expm1(-s) : x * std::expm1(s) - a * s;
    if (!(loss > 1.1 * negligible)) break;
    s -= (loss - negligible) / (left ? a - x * std::exp(-s) : x * std::exp(s) - a);
  }
  return s;
}

/// By Gauss and Legendre's rule of 16 points on stretches that double.
double by_quadrature(Index n, double a, double z, double x) {
  static constexpr double node[] = {0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438,
                                    0.755404408355003,   0.8656312023878318, 0.9445750230732326,  0.9894009349916499};
  static constexpr double weight[] = {0.1894506104550685,  0.18260341504492358, 0.16915651939500254,  0.14959598881657674,
                                      0.12462897125553387, 0.09515851168249279, 0.062253523938647894, 0.027152459411754096};
  const std::vector<double> d = distances(n, a, z);
  const bool left = d[0] < 0;
  const auto integrand = [&](double s) {
    double sum = 0, power = 1;  // the nth derivative of e^(a s) (s + d) by e^(a s), from its end: binomials times powers of s
    for (std::size_t j = d.size(); j-- > 0;) {
      sum += power * d[j];
      if (j > 0) power *= s * static_cast<double>(j) / static_cast<double>(d.size() - j);
    }
    return std::exp(a * s - x * std::expm1(s)) * (sum + s * power);
  };
  const double whole = left ? -reach(a, x, true) : reach(a, x, false);
  double total = 0, from = 0;
  for (const double to : {0.125, 0.25, 0.5, 1.0}) {
    const double middle = 0.5 * (from + to) * whole, half = 0.5 * (to - from) * whole;
    double part = 0;
    for (int i = 0; i < 8; ++i) part += weight[i] * (integrand(middle - half * node[i]) + integrand(middle + half * node[i]));
    total += half * part;
    from = to;
  }
  return total;  // on the left `whole` is negative, which is the sign that the integral has there
}

}  // namespace

double loggamma_slope_of(Index n, double a, double z) {
  if (!(a > 0) || std::isnan(z)) return std::numeric_limits<double>::quiet_NaN();
  const double x = std::exp(z);
  if (std::isinf(x) || std::isinf(a)) return 0;
  return x <= 1 ? by_series(n, a, z, x) : by_quadrature(n, a, z, x);
}

}  // namespace descent::inline v1::kernels
