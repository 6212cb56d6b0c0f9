#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/tests/catch.hpp>

// The special functions against long double, by other ways than the library's. They are called as ops: no lane of a user's has them.

using namespace descent;

namespace {

using Real = long double;
constexpr Real pi = std::numbers::pi_v<Real>;
constexpr Real root_pi = 1 / std::numbers::inv_sqrtpi_v<Real>;

Real ndtr_exactly(Real x) { return std::erfc(-x / std::numbers::sqrt2_v<Real>) / 2; }
Real log_ndtr_exactly(Real x) { return x < 0 ? std::log(ndtr_exactly(x)) : std::log1p(-ndtr_exactly(-x)); }

/// The y >= 0 with erfc(y) = q, for q <= 1, where 1 - q is known exactly too: Newton, on the logarithm in the tail.
Real erfc_inverse(Real q, Real rest) {
  if (rest == 0 || q == 0) return q == 0 ? std::numeric_limits<Real>::infinity() : 0;
  Real y = q < 0.5L ? std::sqrt(-std::log(q)) : rest * root_pi / 2;
  for (int i = 0; i < 12; ++i) {
    const Real slope = 2 / root_pi * std::exp(-y * y);
    y += q < 0.5L ? (std::log(std::erfc(y)) - std::log(q)) * std::erfc(y) / slope : (rest - std::erf(y)) / slope;
  }
  return y;
}
Real erfinv_exactly(Real x) { return std::copysign(erfc_inverse(1 - std::abs(x), std::abs(x)), x); }
Real ndtri_exactly(Real p) {
  return std::numbers::sqrt2_v<Real> * (p < 0.5L ? -erfc_inverse(2 * p, 1 - 2 * p) : erfc_inverse(2 * (1 - p), 2 * p - 1));
}

/// Far out a continued fraction. source Abramowitz and Stegun 7.1.14
Real erfcx_exactly(Real x) {
  if (x < 5) return std::exp(x * x) * std::erfc(x);
  Real tail = x;
  for (int k = 120; k >= 1; --k) tail = x + k / (2 * tail);
  return 1 / (root_pi * tail);
}
Real erfcx_slope_exactly(Real x) { return 2 * x * erfcx_exactly(x) - 2 / root_pi; }

Real sinc_exactly(Real x) {
  if (x == 0) return 1;
  const Real turns = std::round(x), s = std::sin(pi * (x - turns)) / (pi * x);
  return std::fmod(turns, 2) == 0 ? s : -s;
}
Real sinc_slope_exactly(Real x) {
  const Real z = pi * x, square = z * z;
  if (std::abs(x) < 0.02L) return pi * z * (-1 / Real{3} + square * (1 / Real{30} + square * (-1 / Real{840} + square / 45360)));
  return (std::cos(pi * (x - 2 * std::round(x / 2))) - sinc_exactly(x)) / x;
}

template <int n> Real bessel_exactly(Real x) {  // the power series, whose terms have one sign
  Real term = 1;
  for (int k = 1; k <= n; ++k) term *= x / 2 / k;
  Real sum = term;
  for (int k = 1; term != 0 && std::abs(term) > 1e-24L * std::abs(sum); ++k) sum += term *= x * x / (4 * Real(k) * Real(k + n));
  return sum;
}
template <int n> Real scaled_bessel_exactly(Real x) { return bessel_exactly<n>(x) * std::exp(-std::abs(x)); }

/// Terms up to x = 60 whatever the sign, then Euler and Maclaurin's formula.
template <int n> Real polygamma_exactly(Real x) {
  Real sum = 0, factorial = 1;
  for (int k = 2; k <= n; ++k) factorial *= k;
  for (; x < 60; x += 1) sum += std::pow(x, -Real{n + 1});
  Real tail = 1 / (n * std::pow(x, Real{n})) + 1 / (2 * std::pow(x, Real{n + 1}));
  Real rise = n + 1;
  const Real bernoulli[] = {1 / Real{12}, -1 / Real{720}, 1 / Real{30240}, -1 / Real{1209600}, 1 / Real{47900160}};
  for (int j = 0; j < 5; ++j) {
    tail += bernoulli[j] * rise * std::pow(x, -Real(n + 2 + 2 * j));
    rise *= Real(n + 2 + 2 * j) * Real(n + 3 + 2 * j);
  }
  return (n % 2 == 0 ? -factorial : factorial) * (sum + tail);
}

Real entr_exactly(Real x) { return x == 0 ? 0 : -x * std::log(x); }

Tensor slope_of(Tensor (*f)(Arg), const Tensor& at) {
  Tape tape;
  const Tensor x = tape.watch(at);
  return tape.gradient(sum(f(x)), x);
}

struct Function {
  const char* name;
  Tensor (*of)(Arg);
  Real (*exact)(Real);
  double low, high;
};

// clang-format off
const Function functions[] = {
    {"erfinv", erfinv, erfinv_exactly, -1, 1},
    {"ndtri", ndtri, ndtri_exactly, 0, 1},
    {"ndtr", ndtr, ndtr_exactly, -39, 9},
    {"log_ndtr", log_ndtr, log_ndtr_exactly, -100, 38},
    {"log_ndtr", log_ndtr, log_ndtr_exactly, -2, 2},
    {"erfcx", erfcx, erfcx_exactly, -26, 1e30},
    {"erfcx", erfcx, erfcx_exactly, -2, 10},
    {"the slope of erfcx", [](Arg x) { return slope_of(erfcx, x.take()); }, erfcx_slope_exactly, -5, 15},
    {"sinc", sinc, sinc_exactly, -20, 20},
    {"sinc", sinc, sinc_exactly, -1e6, 1e6},
    {"the slope of sinc", [](Arg x) { return slope_of(sinc, x.take()); }, sinc_slope_exactly, -20, 20},
    {"i0", i0, bessel_exactly<0>, -80, 80},
    {"i1", i1, bessel_exactly<1>, -80, 80},
    {"i0e", i0e, scaled_bessel_exactly<0>, -700, 700},
    {"i1e", i1e, scaled_bessel_exactly<1>, -700, 700},
    {"bessel_i(2)", [](Arg x) { return bessel_i(2, std::move(x)); }, bessel_exactly<2>, -80, 80},
    {"bessel_ie(7)", [](Arg x) { return bessel_ie(7, std::move(x)); }, scaled_bessel_exactly<7>, -300, 300},
    {"polygamma(1)", [](Arg x) { return polygamma(1, std::move(x)); }, polygamma_exactly<1>, -10, 100},
    {"polygamma(2)", [](Arg x) { return polygamma(2, std::move(x)); }, polygamma_exactly<2>, 0.01, 100},
    {"polygamma(3)", [](Arg x) { return polygamma(3, std::move(x)); }, polygamma_exactly<3>, -10, 100},
    {"polygamma(9)", [](Arg x) { return polygamma(9, std::move(x)); }, polygamma_exactly<9>, 0.5, 30},
    {"entr", entr, entr_exactly, 0, 3},
};
// clang-format on

/// Half spread evenly, half with any exponent; the ends and 0 too.
template <class T> std::vector<T> samples(double low, double high, int n) {
  std::mt19937_64 bits(7);
  std::uniform_real_distribution<double> even(low, high);
  std::vector<T> x = {static_cast<T>(low), static_cast<T>(high)};
  if (low <= 0) x.push_back(0);
  while (static_cast<int>(x.size()) < n) {
    const double size = std::exp2(std::uniform_real_distribution<double>(-120, std::log2(high))(bits));
    const double any = bits() % 2 == 0 ? size : -size;
    if (any >= low && any <= high) x.push_back(static_cast<T>(any));
    x.push_back(static_cast<T>(even(bits)));
  }
  return x;
}

/// The error in units of the last place, or, where that is less, in units of 0.4 eps: the bounds 10 ulp and 4 eps are both 10.
template <class T> double error_of(T y, Real exact) {
  const T nearest = static_cast<T>(exact);
  if (y == nearest || (std::isnan(y) && std::isnan(exact))) return 0;
  if (!std::isfinite(y) || !std::isfinite(nearest)) return 1e30;
  int exponent = 0;
  std::frexp(exact, &exponent);
  exponent = std::max(exponent, std::numeric_limits<T>::min_exponent);
  const Real off = std::abs(static_cast<Real>(y) - exact);
  const Real ulps = off / std::ldexp(Real{1}, exponent - std::numeric_limits<T>::digits);
  return static_cast<double>(std::min(ulps, 2.5L * off / std::numeric_limits<T>::epsilon()));
}

template <class T> std::vector<T> values(Tensor (*f)(Arg), const std::vector<T>& x) { return f(from_vector(x)).template to_vector<T>(); }

}  // namespace

TEMPLATE_TEST_CASE("special functions are within 10 ulp, or 4 eps, of the exact value", "[math]", float, double) {
  for (const Function& f : functions) {
    const auto x = samples<TestType>(f.low, f.high, 5'000);
    const auto y = values(f.of, x);
    double worst = 0;
    TestType at = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double error = error_of(y[i], f.exact(x[i]));
      if (error > worst) worst = error, at = x[i];
    }
    INFO(f.name << " in [" << f.low << ", " << f.high << "]: worst at " << at);
    CHECK(worst <= 10);
  }
}

TEMPLATE_TEST_CASE("special functions at infinities, poles, the ends of domains and NaN", "[math]", float, double) {
  using T = TestType;
  constexpr T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN(), top = std::numeric_limits<T>::max(),
              bottom = std::numeric_limits<T>::denorm_min();
  struct Point {
    const char* name;
    Tensor (*of)(Arg);
    T x, y;
  };
  const auto trigamma = [](Arg x) { return polygamma(1, std::move(x)); };
  const auto tetragamma = [](Arg x) { return polygamma(2, std::move(x)); };
  const auto order_3 = [](Arg x) { return bessel_i(3, std::move(x)); };
  const auto order_3e = [](Arg x) { return bessel_ie(3, std::move(x)); };
  const Point points[] = {
      {"erfinv", erfinv, 1, inf},
      {"erfinv", erfinv, -1, -inf},
      {"erfinv", erfinv, T(1.5), nan},
      {"erfinv", erfinv, -inf, nan},
      {"erfinv", erfinv, bottom, bottom},
      {"ndtri", ndtri, 0, -inf},
      {"ndtri", ndtri, 1, inf},
      {"ndtri", ndtri, T(0.5), 0},
      {"ndtri", ndtri, -1, nan},
      {"ndtri", ndtri, inf, nan},
      {"ndtr", ndtr, inf, 1},
      {"ndtr", ndtr, -inf, 0},
      {"ndtr", ndtr, 0, T(0.5)},
      {"ndtr", ndtr, -top, 0},
      {"log_ndtr", log_ndtr, inf, 0},
      {"log_ndtr", log_ndtr, -inf, -inf},
      {"log_ndtr", log_ndtr, -top, -inf},
      {"erfcx", erfcx, inf, 0},
      {"erfcx", erfcx, -inf, inf},
      {"erfcx", erfcx, -40, inf},
      {"erfcx", erfcx, 0, 1},
      {"sinc", sinc, 0, 1},
      {"sinc", sinc, inf, 0},
      {"sinc", sinc, -3, 0},
      {"sinc", sinc, bottom, 1},
      {"sinc", sinc, top, 0},
      {"i0", i0, inf, inf},
      {"i0", i0, -top, inf},
      {"i0", i0, 0, 1},
      {"i1", i1, -inf, -inf},
      {"i1", i1, 0, 0},
      {"i0e", i0e, inf, 0},
      {"i1e", i1e, -inf, 0},
      {"i0e", i0e, 0, 1},
      {"I3", order_3, 0, 0},
      {"I3", order_3, -inf, -inf},
      {"I3", order_3, top, inf},
      {"I3e", order_3e, inf, 0},
      {"polygamma(1)", trigamma, 0, inf},
      {"polygamma(1)", trigamma, -2, inf},
      {"polygamma(1)", trigamma, inf, 0},
      {"polygamma(1)", trigamma, -inf, nan},
      {"polygamma(2)", tetragamma, 0, -inf},
      {"polygamma(2)", tetragamma, T(-0.0), inf},
      {"polygamma(2)", tetragamma, -1, nan},
      {"polygamma(2)", tetragamma, inf, 0},
      {"digamma", digamma, 0, -inf},
      {"digamma", digamma, inf, inf},
      {"lgamma", lgamma, -2, inf},
      {"lgamma", lgamma, -inf, inf},
      {"entr", entr, 0, 0},
      {"entr", entr, -1, -inf},
      {"entr", entr, inf, -inf},
  };
  for (const Point& p : points) {
    INFO(p.name << " at " << p.x);
    const T y = values(p.of, std::vector<T>{p.x})[0];
    CHECK((y == p.y || (std::isnan(y) && std::isnan(p.y))));
    CHECK(std::isnan(values(p.of, std::vector<T>{nan})[0]));
  }
}

TEMPLATE_TEST_CASE("a special function's value depends neither on its place nor on its neighbours", "[math]", float, double) {
  for (const Function& f : functions) {
    INFO(f.name);
    auto x = samples<TestType>(f.low, f.high, 200);
    x[3] = std::numeric_limits<TestType>::quiet_NaN();
    const auto y = values(f.of, x);
    bool same = true;
    for (std::size_t i = 0; i < x.size(); i += 7) {
      const TestType alone = values(f.of, std::vector<TestType>{x[i]})[0];
      same &= std::isnan(alone) ? std::isnan(y[i]) : std::memcmp(&alone, &y[i], sizeof alone) == 0;
    }
    CHECK(same);
    CHECK(std::isnan(y[3]));
  }
}
