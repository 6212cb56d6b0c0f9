#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double zeta_3 = 1.2020569031595942;  // of Riemann

Unary order(Index n) {
  return [n](const Tensor& x) { return polygamma(n, x); };
}

}  // namespace

TEST_CASE("lgamma, digamma, polygamma: closed forms") {
  CHECK(value(lgamma, {1, 2, 5, 0.5}) == near({0, 0, std::log(24), std::log(pi) / 2}));
  CHECK(value(digamma, {1, 0.5}) == near({-std::numbers::egamma, -std::numbers::egamma - 2 * std::numbers::ln2}));
  CHECK(value(order(1), {1, 0.5, -0.5}) == near({pi * pi / 6, pi * pi / 2, pi * pi / 2 + 4}));
  CHECK(value(order(2), {1, 0.5}) == near({-2 * zeta_3, -14 * zeta_3}));
  CHECK(value(order(3), {1, 0.5}) == near({std::pow(pi, 4) / 15, std::pow(pi, 4)}));
}

TEST_CASE("lgamma, digamma, polygamma: each is the slope of the one before") {
  const Numbers x = {0.3, 1, 4.5, -1.3, 100};
  CHECK(slope(lgamma, x) == near(value(digamma, x)));
  CHECK(curvature(lgamma, x) == near(value(order(1), x)));
  CHECK(slope(order(4), x) == near(value(order(5), x)));
}

TEST_CASE("polygamma: the recurrence psi_n(x + 1) = psi_n(x) + (-1)^n n! / x^(n + 1) on both sides of 0") {
  for (const double x : {-3.7, -0.2, 0.1, 2.5}) {
    CHECK(value(order(1), {x + 1})[0] + 1 / (x * x) == Approx(value(order(1), {x})[0]).epsilon(1e-13));
    CHECK(value(order(4), {x + 1})[0] - 24 / std::pow(x, 5) == Approx(value(order(4), {x})[0]).epsilon(1e-12));
  }
}

TEST_CASE("lgamma: at its poles the slope is digamma's") { CHECK(slope(lgamma, {0, -0.0, -1, inf}) == near({-inf, inf, NaN, inf})); }

TEST_CASE("polygamma: a negative order is refused") {
  CHECK_THROWS_AS(polygamma(-1, 1.0), ValueError);
  CHECK_THROWS_WITH(polygamma(-1, 1.0), Catch::Contains("polygamma: n is -1; it must be 0 or more: it counts derivatives of digamma"));
}
