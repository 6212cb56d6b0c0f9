#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Unary order(Index n) {
  return [n](const Tensor& x) { return bessel_i(n, x); };
}
Unary scaled_order(Index n) {
  return [n](const Tensor& x) { return bessel_ie(n, x); };
}

}  // namespace

TEST_CASE("i0, i1, i0e, i1e: values and parity") {
  CHECK(value(i0, {0, 1, -1, 20}) == near({1, 1.26606587775200834, 1.26606587775200834, 43558282.5595535333}));
  CHECK(value(i1, {0, 1, -1, 20}) == near({0, 0.565159103992485027, -0.565159103992485027, 42454973.385127775}));
  CHECK(value(i0e, {0, 1, -20, 1e10}) == near({1, 0.465759607593640437, 0.0897803118848260216, 3.98942280406419456e-6}));
  CHECK(value(i1e, {0, -1e10}) == near({0, -3.98942280386472997e-6}));
}

TEST_CASE("bessel_i: I_n-1 - I_n+1 = 2n / x I_n, by the series, the recurrence and the asymptotic series") {
  for (const double x : {0.5, 3.9, 4.1, 8.9, 9.1, 20.0, 45.0, 200.0})
    for (const Index n : {1, 2, 3, 4}) {
      INFO("order " << n << " at " << x);
      const double before = value(scaled_order(n - 1), {x})[0], after = value(scaled_order(n + 1), {x})[0];
      CHECK(before - after == Approx(2 * static_cast<double>(n) / x * value(scaled_order(n), {x})[0]).epsilon(1e-12));
      CHECK(value(order(n), {x})[0] == Approx(value(scaled_order(n), {x})[0] * std::exp(x)).epsilon(1e-13));
    }
}

TEST_CASE("i0, i1: derivatives at 0, where I_0 - I_1 / x has no value") {
  CHECK(slope(i0, {0, 1}) == near({0, 0.565159103992485027}));
  CHECK(slope(i1, {0, 1e-8, 1}) == near({0.5, 0.5, 1.26606587775200834 - 0.565159103992485027}));
  CHECK(curvature(i0, {0, 1e-8}) == near({0.5, 0.5}));
  CHECK(curvature(i1, {0, 1e-8}) == near({0, 3e-8 / 8}));
}

TEST_CASE("i0e, i1e: the slope of |x| at 0 is taken as 0") {
  CHECK(slope(i0e, {0, -0.0}) == Numbers{0, 0});
  CHECK(slope(i1e, {0, -0.0}) == Numbers{0.5, 0.5});
  CHECK(slope(i0e, {1, -1}) == near({0.207910415349708449 - 0.465759607593640437, 0.465759607593640437 - 0.207910415349708449}));
}

TEST_CASE("bessel_i, bessel_ie: a negative order is refused") {
  CHECK_THROWS_AS(bessel_i(-2, 1.0), ValueError);
  CHECK_THROWS_WITH(bessel_i(-2, 1.0), Catch::Contains("bessel_i: the order is -2; it must be 0 or more: I_-n is I_n"));
  CHECK_THROWS_WITH(bessel_ie(-1, 1.0), Catch::Contains("bessel_ie: the order is -1"));
}
