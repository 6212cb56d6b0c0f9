#include <descent/autodiff/kernels/lane.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include <descent/tests/catch.hpp>

// The mathematics of Lane against long double, whose 64 bits of mantissa are 11 to spare.

using namespace descent;
using namespace descent::kernels;

namespace {

using Real = long double;

/// The distance between y and the exact value, in units of the last place that the exact value would have as a T.
template <class T> double ulps(T y, Real exact) {
  if (std::isnan(exact) || std::isnan(y)) return std::isnan(exact) && std::isnan(y) ? 0 : 1e30;
  const T nearest = static_cast<T>(exact);
  if (y == nearest) return y != 0 || std::signbit(y) == std::signbit(nearest) ? 0 : 1e30;
  if (std::isinf(y) || std::isinf(nearest)) return 1e30;
  int exponent = 0;
  std::frexp(exact, &exponent);
  exponent = std::max(exponent, std::numeric_limits<T>::min_exponent);
  return static_cast<double>(std::abs(static_cast<Real>(y) - exact) / std::ldexp(Real{1}, exponent - std::numeric_limits<T>::digits));
}

/// Values in [low, high]: half spread evenly, half with any exponent.
template <class T> std::vector<T> samples(double low, double high, int n) {
  std::mt19937_64 bits(7);
  std::uniform_real_distribution<double> even(low, high);
  std::vector<T> x;
  while (static_cast<int>(x.size()) < n) {
    T any;
    const std::uint64_t draw = bits();
    std::memcpy(&any, &draw, sizeof any);
    if (any >= low && any <= high) x.push_back(any);
    x.push_back(static_cast<T>(even(bits)));
  }
  for (const T edge : {T(0), T(-0.0), T(1), T(-1), std::numeric_limits<T>::denorm_min(), std::numeric_limits<T>::min()})
    if (edge >= low && edge <= high) x.push_back(edge);
  x.push_back(static_cast<T>(low));
  x.push_back(static_cast<T>(high));
  return x;
}

template <class T> struct Function {
  const char* name;
  Lane<T> (*of)(const Lane<T>&);
  Real (*exact)(Real);
  double low, high;
  double bound = 2;
};

template <class T> Lane<T> reciprocal_sqrt(const Lane<T>& x) { return 1 / sqrt(x); }
Real reciprocal_sqrt_exactly(Real x) { return 1 / std::sqrt(x); }
Real sigmoid_exactly(Real x) { return 1 / (1 + std::exp(-x)); }

Real lgamma_exactly(Real x) {
  int sign = 0;
  return ::lgammal_r(x, &sign);
}

Real digamma_exactly(Real x) {
  if (x < 0) return digamma_exactly(1 - x) - std::numbers::pi_v<Real> / std::tan(std::numbers::pi_v<Real> * (x - std::round(x)));
  Real steps = 0;
  for (; x < 40; x += 1) steps += 1 / x;
  const Real z = 1 / (x * x);
  return std::log(x) - 1 / (2 * x) - z * (1 / Real{12} - z * (1 / Real{120} - z * (1 / Real{252} - z * (1 / Real{240} - z / 132)))) - steps;
}

/// Every function of one argument, with the range in which it is checked.
template <class T> std::vector<Function<T>> functions() {
  const double top = static_cast<double>(std::numeric_limits<T>::max());
  const bool f32 = sizeof(T) == 4;
  // clang-format off
  return {
      {"exp", exp, std::exp, f32 ? -110. : -760., f32 ? 90. : 715.},
      {"exp", exp, std::exp, -1, 1},
      {"exp2", exp2, std::exp2, f32 ? -155. : -1080., f32 ? 130. : 1030.},
      {"expm1", expm1, std::expm1, f32 ? -110. : -760., f32 ? 90. : 715.},
      {"expm1", expm1, std::expm1, -1, 1},
      {"log", log, std::log, 0, top},
      {"log", log, std::log, 0.5, 2},
      {"log2", log2, std::log2, 0, top},
      {"log2", log2, std::log2, 0.5, 2},
      {"log10", log10, std::log10, 0, top},
      {"log10", log10, std::log10, 0.5, 2},
      {"log1p", log1p, std::log1p, -1, top},
      {"log1p", log1p, std::log1p, -1, 2},
      {"cbrt", cbrt, std::cbrt, -top, top},
      {"sin", sin, std::sin, -top, top},
      {"sin", sin, std::sin, -10, 10},
      {"sin", sin, std::sin, -1e6, 1e6},
      {"cos", cos, std::cos, -top, top},
      {"cos", cos, std::cos, -10, 10},
      {"cos", cos, std::cos, -1e6, 1e6},
      {"tan", tan, std::tan, -top, top},
      {"tan", tan, std::tan, -1e6, 1e6},
      {"tan", tan, std::tan, -2, 2},
      {"asin", asin, std::asin, -1, 1},
      {"acos", acos, std::acos, -1, 1},
      {"atan", atan, std::atan, -top, top},
      {"atan", atan, std::atan, -3, 3},
      {"sinh", sinh, std::sinh, f32 ? -90. : -711., f32 ? 90. : 711.},
      {"sinh", sinh, std::sinh, -2, 2},
      {"cosh", cosh, std::cosh, f32 ? -90. : -711., f32 ? 90. : 711.},
      {"tanh", tanh, std::tanh, -50, 50},
      {"tanh", tanh, std::tanh, -2, 2},
      {"asinh", asinh, std::asinh, -top, top},
      {"asinh", asinh, std::asinh, -2, 2},
      {"acosh", acosh, std::acosh, 1, top},
      {"acosh", acosh, std::acosh, 1, 2},
      {"atanh", atanh, std::atanh, -1, 1},
      {"erf", erf, std::erf, -10, 10},
      {"erf", erf, std::erf, -2, 2},
      {"erfc", erfc, std::erfc, f32 ? -5. : -10., f32 ? 10.5 : 27.5},
      {"erfc", erfc, std::erfc, -2, 2},
      {"sqrt", sqrt, std::sqrt, 0, top, 0.5},
      {"rsqrt", reciprocal_sqrt, reciprocal_sqrt_exactly, 0, top},
      {"sigmoid", sigmoid, sigmoid_exactly, f32 ? -110. : -760., 50},
      {"sigmoid", sigmoid, sigmoid_exactly, -3, 3},
      {"lgamma", lgamma, lgamma_exactly, 0.001, f32 ? 1e36 : 1e300, 10},
  };
  // clang-format on
}

template <class T> void check_accuracy(const Function<T>& f) {
  double worst = 0;
  T at = 0;
  auto x = samples<T>(f.low, f.high, 20'000);
  x.resize((x.size() + 63) / 64 * 64, T(0.5) * (static_cast<T>(f.low) + static_cast<T>(f.high)));
  for (std::size_t i = 0; i < x.size(); i += static_cast<std::size_t>(Lane<T>::size)) {
    const Lane<T> y = f.of(Lane<T>::load(x.data() + i));
    for (int e = 0; e < Lane<T>::size; ++e) {
      const T from = x[i + static_cast<std::size_t>(e)];
      const double error = ulps(y.v[e], f.exact(from));
      if (error > worst) worst = error, at = from;
    }
  }
  INFO(f.name << (sizeof(T) == 4 ? " f32 in [" : " f64 in [") << f.low << ", " << f.high << "]: worst at " << at);
  CHECK(worst <= f.bound);
}

template <class T> T at(Lane<T> (*f)(const Lane<T>&), T x) { return f(Lane<T>(x)).v[3]; }
template <class T> T at(Lane<T> (*f)(const Lane<T>&, const Lane<T>&), T x, T y) { return f(Lane<T>(x), Lane<T>(y)).v[3]; }

}  // namespace

TEMPLATE_TEST_CASE("mathematics is within its bound of the exact value", "[math]", float, double) {
  for (const auto& f : functions<TestType>()) check_accuracy(f);
}

TEMPLATE_TEST_CASE("NaN stays in its element, and the others do not notice", "[math]", float, double) {
  TestType nans[3];  // and two whose low bits say something
  std::fill(std::begin(nans), std::end(nans), std::numeric_limits<TestType>::quiet_NaN());
  for (std::size_t i = 1; i < 3; ++i) {
    unsigned char bytes[sizeof(TestType)];
    std::memcpy(bytes, &nans[i], sizeof bytes);
    bytes[0] = i == 1 ? 0xff : 0x81, bytes[1] = i == 1 ? 0x07 : 0x70;
    std::memcpy(&nans[i], bytes, sizeof bytes);
  }
  for (const auto& f : functions<TestType>()) {
    INFO(f.name);
    const Lane<TestType> clean = f.of(Lane<TestType>(TestType(0.75)));
    for (int place = 0; place < clean.size; ++place) {
      Lane<TestType> x(TestType(0.75));
      x.v[place] = nans[place % 3];
      const Lane<TestType> y = f.of(x);
      for (int e = 0; e < clean.size; ++e)
        CHECK((e == place ? std::isnan(y.v[e]) : std::memcmp(&y.v[e], &clean.v[e], sizeof clean.v[e]) == 0));
    }
  }
}

TEMPLATE_TEST_CASE("a value's result depends neither on its place nor on its neighbours", "[math]", float, double) {
  for (const auto& f : functions<TestType>()) {
    INFO(f.name);
    std::mt19937_64 bits(3);
    const auto x = samples<TestType>(f.low, f.high, 200);
    bool same = true;
    for (const TestType value : x) {
      const TestType alone = f.of(Lane<TestType>(value)).v[0];
      Lane<TestType> mixed;
      for (TestType& e : mixed.v) e = x[bits() % x.size()];
      const auto place = bits() % static_cast<unsigned>(mixed.size);
      mixed.v[place] = value;
      const Lane<TestType> y = f.of(mixed);
      same &= std::isnan(alone) || std::memcmp(&y.v[place], &alone, sizeof alone) == 0;
    }
    CHECK(same);
  }
}

TEMPLATE_TEST_CASE("special values are the exact function's, in every place", "[math]", float, double) {
  using T = TestType;
  using Limits = std::numeric_limits<T>;
  const T magnitudes[] = {0,
                          Limits::denorm_min(),
                          Limits::min() - Limits::denorm_min(),
                          Limits::min(),
                          1,
                          Limits::max(),
                          Limits::infinity(),
                          Limits::quiet_NaN()};
  for (const auto& f : functions<T>())
    for (const T magnitude : magnitudes)
      for (const T x : {magnitude, -magnitude}) {
        INFO(f.name << " at " << x);
        for (int place = 0; place < Lane<T>::size; ++place) {
          Lane<T> all(T(0.75));
          all.v[place] = x;
          CHECK(ulps(f.of(all).v[place], f.exact(x)) <= f.bound);
        }
      }
}

TEMPLATE_TEST_CASE("pow on a grid", "[math]", float, double) {
  using T = TestType;
  std::mt19937_64 bits(17);
  const double reach = 0.999 * std::log2(static_cast<double>(std::numeric_limits<T>::max()));
  double worst = 0, at_x = 0, at_y = 0;
  for (int i = 0; i < 10'000; ++i) {
    const T x = static_cast<T>(std::exp2(std::uniform_real_distribution<double>(-60, 60)(bits)));
    const double most = std::min(1000.0, reach / std::abs(std::log2(static_cast<double>(x))));  // results up to both ends of the range
    const T y = static_cast<T>(std::uniform_real_distribution<double>(-most, most)(bits));
    const double error = ulps(at<T>(pow, x, y), std::pow(Real{x}, Real{y}));
    if (error > worst) worst = error, at_x = static_cast<double>(x), at_y = static_cast<double>(y);
  }
  INFO("worst at " << at_x << ", " << at_y);
  CHECK(worst <= 2);
}

TEMPLATE_TEST_CASE("limits at infinities, zeros and the ends of domains", "[math]", float, double) {
  using T = TestType;
  constexpr T inf = std::numeric_limits<T>::infinity(), top = std::numeric_limits<T>::max();
  CHECK(at<T>(exp, -inf) == 0);
  CHECK(at<T>(exp, inf) == inf);
  CHECK(at<T>(exp, -top) == 0);
  CHECK(at<T>(exp2, inf) == inf);
  CHECK(at<T>(expm1, -inf) == -1);
  CHECK(at<T>(expm1, inf) == inf);
  CHECK(at<T>(log, 0) == -inf);
  CHECK(at<T>(log, inf) == inf);
  CHECK(std::isnan(at<T>(log, -1)));
  CHECK(at<T>(log2, 8) == 3);
  CHECK(at<T>(log10, 1000) == 3);
  CHECK(at<T>(log1p, -1) == -inf);
  CHECK(at<T>(log1p, inf) == inf);
  CHECK(std::isnan(at<T>(log1p, -2)));
  CHECK(at<T>(cbrt, -27) == -3);
  CHECK(at<T>(cbrt, -inf) == -inf);
  CHECK(std::isnan(at<T>(sin, inf)));
  CHECK(std::isnan(at<T>(tan, -inf)));
  CHECK(std::isnan(at<T>(asin, T(1.5))));
  CHECK(std::isnan(at<T>(acos, -2)));
  CHECK(at<T>(acos, 1) == 0);
  CHECK(at<T>(atan, inf) == static_cast<T>(std::numbers::pi / 2));
  CHECK(at<T>(sinh, -inf) == -inf);
  CHECK(at<T>(cosh, -inf) == inf);
  CHECK(at<T>(tanh, inf) == 1);
  CHECK(at<T>(tanh, -inf) == -1);
  CHECK(at<T>(asinh, -inf) == -inf);
  CHECK(at<T>(acosh, 1) == 0);
  CHECK(at<T>(acosh, inf) == inf);
  CHECK(std::isnan(at<T>(acosh, T(0.5))));
  CHECK(at<T>(atanh, 1) == inf);
  CHECK(at<T>(atanh, -1) == -inf);
  CHECK(std::isnan(at<T>(atanh, 2)));
  CHECK(at<T>(erf, inf) == 1);
  CHECK(at<T>(erf, -inf) == -1);
  CHECK(at<T>(erfc, inf) == 0);
  CHECK(at<T>(erfc, -inf) == 2);
  CHECK(at<T>(sigmoid, inf) == 1);
  CHECK(at<T>(sigmoid, -inf) == 0);
  CHECK(at<T>(sigmoid, 0) == T(0.5));
  CHECK(at<T>(lgamma, 1) == 0);
  CHECK(at<T>(lgamma, -3) == inf);
  CHECK(at<T>(digamma, 0) == -inf);
  CHECK(std::isnan(at<T>(digamma, -4)));
  CHECK(at<T>(digamma, inf) == inf);
}

TEMPLATE_TEST_CASE("odd functions keep the sign of zero", "[math]", float, double) {
  using OfOne = Lane<TestType> (*)(const Lane<TestType>&);
  for (const OfOne f : {OfOne{expm1}, OfOne{log1p}, OfOne{cbrt}, OfOne{sin}, OfOne{tan}, OfOne{asin}, OfOne{atan}, OfOne{sinh}, OfOne{tanh},
                        OfOne{asinh}, OfOne{atanh}, OfOne{erf}}) {
    CHECK(std::signbit(at<TestType>(f, TestType(-0.0))));
    CHECK_FALSE(std::signbit(at<TestType>(f, 0)));
  }
}

TEST_CASE("digamma", "[math]") {
  std::mt19937_64 bits(5);
  for (const auto& [low, high] : {std::pair{0.001, 3.0}, {3.0, 50.0}, {-5.0, 0.0}}) {
    double worst = 0, at_x = 0;
    for (int i = 0; i < 2000; ++i) {
      const double x = std::uniform_real_distribution<double>(low, high)(bits);
      const Real exact = digamma_exactly(x);
      // Near its roots below 0 the reflection cancels: the error is then of the terms' size.
      const Real scale = std::max(std::abs(exact), low < 0 ? Real{10} : Real{0});
      const double error = static_cast<double>(std::abs(at<double>(digamma, x) - exact) / scale) / std::numeric_limits<double>::epsilon();
      if (error > worst) worst = error, at_x = x;
    }
    INFO("in [" << low << ", " << high << "], worst at " << at_x);
    CHECK(worst <= 10);
  }
  // Around its root, where long double does not tell: by mpmath, 40 digits.
  const std::pair<double, double> near_root[] = {{1.46, -0.00158056198708345211},
                                                 {1.4616, -0.0000311062512303416497},
                                                 {1.46163214, -4.80774627683280611e-9},
                                                 {1.4616321449683622, -9.24126552172942752e-17},
                                                 {1.462, 0.000355903203801042763}};
  for (const auto& [x, exact] : near_root) CHECK(at<double>(digamma, x) == Approx(exact).epsilon(1e-15));
  CHECK(at<double>(digamma, 1.0) == Approx(-std::numbers::egamma).epsilon(1e-15));
}

TEST_CASE("pow is C's", "[math]") {
  std::mt19937 bits(11);
  const float values[] = {0,     -0.0F,  1,      -1,       2,         -2,  0.5F, -0.5F,    3,        -3,
                          1e10F, -1e10F, 1e-40F, INFINITY, -INFINITY, NAN, 7.5F, 16777216, -33554432};
  for (const float x : values)
    for (const float y : values) {
      const float got = at<float>(pow, x, y), want = std::pow(x, y);
      const double got_64 = at<double>(pow, double{x}, double{y}), want_64 = std::pow(double{x}, double{y});
      INFO(x << " to the power " << y);
      CHECK(((std::isnan(got) && std::isnan(want)) ||
             (ulps(got, std::pow(Real{x}, Real{y})) <= 1 && std::signbit(got) == std::signbit(want))));
      CHECK(((std::isnan(got_64) && std::isnan(want_64)) || got_64 == want_64));
    }
  double worst = 0;
  for (int i = 0; i < 20'000; ++i) {
    const float x = std::uniform_real_distribution<float>(0, 10)(bits), y = std::uniform_real_distribution<float>(-40, 40)(bits);
    worst = std::max(worst, ulps(at<float>(pow, x, y), std::pow(Real{x}, Real{y})));
  }
  CHECK(worst <= 0.51);
}

TEMPLATE_TEST_CASE("atan2 and hypot are C's", "[math]", float, double) {
  using T = TestType;
  const T values[] = {0, T(-0.0), 1, -1, T(1e-30), T(-3), T(1e30), INFINITY, -INFINITY, NAN, std::numeric_limits<T>::max()};
  for (const T y : values)
    for (const T x : values) {
      INFO(y << ", " << x);
      CHECK(ulps(at<T>(atan2, y, x), std::atan2(Real{y}, Real{x})) <= 2);
      CHECK(ulps(at<T>(hypot, y, x), std::hypot(Real{y}, Real{x})) <= 2);
    }
}
