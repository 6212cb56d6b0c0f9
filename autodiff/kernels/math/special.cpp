#include <descent/autodiff/kernels/math/special.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/kernels/lanes.hpp>
#include <descent/autodiff/kernels/math/bessel.hpp>
#include <descent/autodiff/kernels/math/digamma.hpp>
#include <descent/autodiff/kernels/math/error_function.hpp>
#include <descent/autodiff/kernels/math/gamma.hpp>
#include <descent/autodiff/kernels/math/gamma_quantile.hpp>
#include <descent/autodiff/kernels/math/logarithm.hpp>
#include <descent/autodiff/kernels/math/quantile.hpp>
#include <descent/autodiff/kernels/math/trigonometric.hpp>

namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {
namespace {

/// f of a lane of doubles, on floats.
template <class F> F32 through_double(F f, const F32& x) {
  const auto [lo, hi] = widened(x);
  return narrowed(f(lo), f(hi));
}

// ---------------------------------------------------------------- the normal distribution

/// Below -1 from erfcx, which takes the square out of the logarithm; then log(p), and above 0 log(1 - p).
F64 log_ndtr_of(const F64& x) {
  const F64 tail = ndtr_of_negative(x);
  const SimdMask<double> far = x < -1;
  const F64 left = log_of(where(far, 0.5 * erfcx_of(abs(x) * 0.7071067811865476), tail));
  return where(far, left - 0.5 * x * x, where(x < 0, left, log1p_of(-tail)));
}

/// For f32: the same with one logarithm.
F64 short_log_ndtr(const F64& x) {
  const F64 a = abs(x), half = 0.5 * short_erfcx(a * 0.7071067811865476), bounded = where(a > 30, 30, a);
  const F64 tail = half * short_exp(-0.5 * (bounded * bounded)), rest = 1 - tail;
  const SimdMask<double> far = x < -1, left = x < 0;
  const F64 y = 0.6931471805599453 * short_log2(where(far, half, where(left, tail, rest)));
  return where(far, y - 0.5 * x * x, where(left, y, y + ((1 - rest) - tail) / rest));
}

// ---------------------------------------------------------------- derivatives of erfcx

/// erfcx' = 2x erfcx - 2 / sqrt(pi) on the left, where both are negative; on the right -P(t) / (1 + 2x)^2, t = (x - 3) / (x + 3).
F64 erfcx_slope_of(const F64& x, const F64& y) {
  static constexpr double rest[] = {2.6642407403514707,     -0.2054705607993055,    -0.6936084288393571,     0.866275414790745,
                                    -0.471929474133499,     0.01927749330494179,    0.16887802108246944,     -0.12551965338765966,
                                    0.031756912936083716,   0.009918971963676979,   -0.00801503703546424,    -0.00023672826480956912,
                                    0.0014813044697362585,  -6.585884418218672e-05, -0.0002834155033873029,  9.10453575266919e-06,
                                    5.8285252105183966e-05, 3.0184093569460297e-06, -1.2175508736565201e-05, -2.26887036675273e-06,
                                    2.350174372288424e-06,  8.088858311162348e-07,  -3.700307694557119e-07,  -1.7697279713052607e-07,
                                    3.9314655121202974e-08, 1.879657271618924e-08,  -1.8864100526330477e-09};
  const F64 a = abs(x), bottom = 1 + 2 * a;
  return -where(x < 0, 2 * a * y + 1.1283791670955126, polynomial(1 - 6 / (a + 3), rest) / bottom / bottom);
}
/// The nth derivative for n >= 2: (-2)^n n! e^(x^2) times the nth integral of erfc, J_n, where J_n-2 = 2x J_n-1 + 2n J_n. On the left
/// J comes by the recurrence upwards; on the right, where that loses digits, from the quotients J_n / J_n-1, a continued fraction of
/// positive terms. source Abramowitz and Stegun 7.2.1-9
double erfcx_derivative(Index n, double x, double y) {
  double scale = 1;
  for (Index k = 1; k <= n; ++k) scale *= -2.0 * static_cast<double>(k);
  if (!(x > 0.5)) {
    double before = 1.1283791670955126, now = y;  // 2 / sqrt(pi)
    for (Index k = 1; k <= n; ++k) {
      const double next = (0.5 * before - x * now) / static_cast<double>(k);
      before = now, now = next;
    }
    return scale * now;
  }
  const double top = static_cast<double>(n) + 8 + std::floor(112 / (x * x));  // the tail's share is e^(-2x sqrt(2 top))
  double quotient = 1 / (x + std::sqrt(x * x + 2 * top)), product = y;
  for (double k = top; k >= 1; --k) {
    quotient = 1 / (2 * x + 2 * (k + 1) * quotient);
    if (k <= static_cast<double>(n)) product *= quotient;
  }
  return scale * product;
}
F64 erfcx_of(Index n, const F64& x) {
  const F64 y = erfcx_of(x);
  if (n == 0) return y;
  if (n == 1) return erfcx_slope_of(x, y);
  return each_element([n](double d, double e) { return erfcx_derivative(n, d, e); }, x, y);
}

// ---------------------------------------------------------------- sinc

/// pi^n S_n(pi |x|), where S_n is the nth derivative of S_0(z) = sin(z) / z. Beyond z = n + 1 from z S_n = sin^(n)(z) - n S_n-1, with
/// the angle reduced in whole half turns, which is exact; before, the series of S_0 term by term.
F64 sinc_of(Index n, const F64& x) {
  constexpr double pi = 3.141592653589793;
  const double order = static_cast<double>(n);
  const F64 a = abs(x), turning = where(a > 0x1p54, 0, a);  // beyond, every double is an even number
  const F64 quarters = round(2 * turning), first = quarters - 4 * floor(0.25 * quarters);
  const F64 r = pi * (turning - 0.5 * quarters), square = r * r;
  const F64 sine = mad(r * square, mad(square, polynomial(square, sin_rest), F64(-1.0 / 6)), r);
  const F64 cosine = 1 - (0.5 * square - square * square * polynomial(square, cos_rest));
  const auto sine_after = [&](double turns) {  // sin(pi a + turns pi/2)
    const F64 turned = first + turns, quadrant = turned - 4 * floor(0.25 * turned);
    const F64 size = where((quadrant == 1) | (quadrant == 3), cosine, sine);
    return where(quadrant >= 2, -size, size);
  };
  const F64 z = pi * a;
  F64 y = where(x == 0, 1, sine_after(0) / z);
  double power = 1;
  for (double k = 1; k <= order; ++k) {
    y = (sine_after(k) - k * y) / z;
    power *= pi;
  }
  if (n > 0) {
    const F64 small = where(z > order + 1, order + 1, z), small_square = small * small;
    F64 term = n % 2 == 0 ? F64(1) : small, sum = 0;  // z^m / m!, m = 2k - n
    double sign = (n + 1) / 2 % 2 == 0 ? 1 : -1;
    for (double m = n % 2 == 0 ? 0 : 1; m < 2.8 * order + 25; m += 2) {
      sum = sum + sign / (m + order + 1) * term;
      term = term * small_square / ((m + 1) * (m + 2));
      sign = -sign;
    }
    y = where(z > order + 1, y, sum);
  }
  y = power * where(isinf(x), 0, y);
  return n % 2 == 1 ? where(x < 0, -y, y) : y;
}

// ---------------------------------------------------------------- Bessel functions of higher order

/// e^-a I_n(a) for n >= 2 and a > 0: the power series, Miller's recurrence downwards (1 = e^-a (I_0 + 2 I_1 + 2 I_2 + ...)), or Hankel's
/// asymptotic series. source Abramowitz and Stegun 9.6.10, 9.6.37, 9.7.1
double scaled_bessel(Index n, double a) {
  const double order = static_cast<double>(n);
  if (a <= 4) {
    double term = std::exp(-a);
    for (double k = 1; k <= order; ++k) term *= 0.5 * a / k;
    double sum = term;
    for (double k = 1; k < 25; ++k) sum += term *= 0.25 * a * a / (k * (k + order));
    return sum;
  }
  if (a > 30 + order * order) {
    double term = 1, sum = 1;
    for (double k = 1; k < 30; ++k) {
      term *= -(4 * order * order - (2 * k - 1) * (2 * k - 1)) / (8 * k * a);
      sum += term;
    }
    return sum / (2.5066282746310002 * std::sqrt(a));
  }
  double above = 0, now = 1e-300, sum = 0, at_n = 0;
  for (double k = order + 20 + std::ceil(9 * std::sqrt(a)); k >= 1; --k) {
    sum += 2 * now;
    if (k == order) at_n = now;
    const double below = 2 * k / a * now + above;
    above = now, now = below;
    if (now > 1e200) now *= 1e-300, above *= 1e-300, sum *= 1e-300, at_n *= 1e-300;
  }
  return at_n / (sum + now);
}
double bessel_element(Index n, double x, bool scaled) {
  if (std::isnan(x)) return x;
  const double a = std::abs(x);
  if (std::isinf(a)) return scaled ? 0.0 : n % 2 == 1 ? x : a;
  const double y = a == 0 ? 0 : scaled_bessel(n, a), grown = scaled ? y : y * std::exp(0.5 * a) * std::exp(0.5 * a);
  return n % 2 == 1 && x < 0 ? -grown : grown;
}
template <class T> SimdLane<T> bessel_of(Index order, const SimdLane<T>& x, bool scaled) {
  if (order < (sizeof(T) == 4 ? 3 : 2)) return scaled ? bessel_ie_of(static_cast<int>(order), x) : bessel_i_of(static_cast<int>(order), x);
  return each_element([=](T e) { return static_cast<T>(bessel_element(order, static_cast<double>(e), scaled)); }, x);
}

// ---------------------------------------------------------------- derivatives of digamma

/// x^n.
F64 power(const F64& x, Index n) {
  F64 y = n % 2 == 1 ? x : F64(1), square = x;
  while ((n /= 2) > 0) {
    square = square * square;
    if (n % 2 == 1) y = y * square;
  }
  return y;
}

/// (-1)^(n + 1) n! sum (x + k)^-(n + 1) over k = 0, 1, ... for finite x > 0, n > 0: terms up to n + 10, then Euler and Maclaurin's formula.
/// source Abramowitz and Stegun 6.4.10, 23.1.30
F64 polygamma_of_positive(Index n, F64 x) {
  static constexpr double rest[] = {1.0 / 12,          -1.0 / 720,
                                    1.0 / 30240,       -1.0 / 1209600,  // B_2j / (2j)!
                                    1.0 / 47900160,    -691.0 / 1307674368e3,
                                    1.0 / 74724249600, -3617.0 / 10670622842880e3};
  const double order = static_cast<double>(n);
  F64 sum = 0;
  for (SimdMask<double> near = x < order + 10; any(near); near = x < order + 10) {
    sum = where(near, sum + 1 / power(x, n + 1), sum);
    x = where(near, x + 1, x);
  }
  const F64 inverse = 1 / x, z = inverse * inverse;
  F64 tail = x / order + 0.5, factor = (order + 1) * inverse;  // (n + 1) (n + 2) ... (n + 1 + 2j) / x^(2j + 1)
  double next = order + 2;
  for (const double r : rest) {
    tail = mad(F64(r), factor, tail);
    factor = factor * (next * (next + 1)) * z;
    next += 2;
  }
  const double factorial = std::tgamma(order + 1);
  return (n % 2 == 1 ? factorial : -factorial) * (sum + tail * power(inverse, n + 1));
}
/// Each of the up to n + 1 multiplications of a power rounds, so beyond n = 8 and below 0 it is one element after the other.
F64 digamma_derivative(Index n, const F64& x) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const auto one_by_one = [n](double e) { return polygamma_of(n, e); };
  if (n == 0) return digamma_of(x);
  if (n > 8) return each_element(one_by_one, x);
  const SimdMask<double> rare = !((x > 0) & (x < inf));
  return patched(polygamma_of_positive(n, where(rare, 1, x)), rare, x, one_by_one);
}

}  // namespace

[[gnu::flatten]] F32 erfinv(const F32& x) { return erfinv_of(x); }
[[gnu::flatten]] F64 erfinv(const F64& x) { return erfinv_of(x); }
[[gnu::flatten]] F32 ndtri(const F32& p) { return in_double<ndtri_of>(p); }
[[gnu::flatten]] F64 ndtri(const F64& p) { return ndtri_of(p); }
[[gnu::flatten]] F32 ndtr(const F32& x) { return ndtr_of(x); }
[[gnu::flatten]] F64 ndtr(const F64& x) { return ndtr_of(x); }
[[gnu::flatten]] F32 log_ndtr(const F32& x) { return in_double<short_log_ndtr>(x); }
[[gnu::flatten]] F64 log_ndtr(const F64& x) { return log_ndtr_of(x); }
F32 erfcx(Index n, const F32& x) {
  return through_double([n](const F64& e) { return erfcx_of(n, e); }, x);
}
F64 erfcx(Index n, const F64& x) { return erfcx_of(n, x); }
F32 sinc(Index n, const F32& x) {
  return through_double([n](const F64& e) { return sinc_of(n, e); }, x);
}
F64 sinc(Index n, const F64& x) { return sinc_of(n, x); }
F32 bessel_i(Index order, const F32& x) { return bessel_of(order, x, false); }
F64 bessel_i(Index order, const F64& x) { return bessel_of(order, x, false); }
F32 bessel_ie(Index order, const F32& x) { return bessel_of(order, x, true); }
F64 bessel_ie(Index order, const F64& x) { return bessel_of(order, x, true); }
F32 polygamma(Index n, const F32& x) {
  return through_double([n](const F64& e) { return digamma_derivative(n, e); }, x);
}
F64 polygamma(Index n, const F64& x) { return digamma_derivative(n, x); }
F32 loggamma_slope(Index n, const F32& a, const F32& z) {
  return each_element([n](double concentration, double e) { return static_cast<float>(loggamma_slope_of(n, concentration, e)); }, a, z);
}
F64 loggamma_slope(Index n, const F64& a, const F64& z) {
  return each_element([n](double concentration, double e) { return loggamma_slope_of(n, concentration, e); }, a, z);
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
