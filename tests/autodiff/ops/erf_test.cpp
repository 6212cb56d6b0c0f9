#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("erf, erfc: values and tails") {
  CHECK(value(erf, {0, 1, -1, 1e308, -inf}) == near({0, std::erf(1), -std::erf(1), 1, -1}));
  CHECK(value(erfc, {0, 1, 10, inf, -inf}) == near({1, std::erfc(1), std::erfc(10), 0, 2}));
}

TEST_CASE("erf, erfc: slopes") {
  const double at_zero = 2 / std::sqrt(std::numbers::pi);
  CHECK(slope(erf, {0, 1, 1e308}) == near({at_zero, at_zero * std::exp(-1), 0}));
  CHECK(slope(erfc, {0, 1, -inf}) == near({-at_zero, -at_zero * std::exp(-1), 0}));
  CHECK(curvature(erf, {0, 1, 1e308}) == near({0, -2 * at_zero * std::exp(-1), 0}));
}
