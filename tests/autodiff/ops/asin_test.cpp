#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;
using std::numbers::pi;

TEST_CASE("asin, acos: values and slopes, infinite at the ends, NaN beyond") {
  CHECK(value(asin, {-1, 0, 0.5, 1, 2}) == near({-pi / 2, 0, pi / 6, pi / 2, NaN}));
  CHECK(value(acos, {-1, 0, 0.5, 1, 2}) == near({pi, pi / 2, pi / 3, 0, NaN}));
  CHECK(slope(asin, {-1, 0, 0.6, 1, 2}) == near({inf, 1, 1.25, inf, NaN}));
  CHECK(slope(acos, {-1, 0, 0.6, 1, 2}) == near({-inf, -1, -1.25, -inf, NaN}));
}

TEST_CASE("asin: the slope keeps its digits near 1") {
  const double gap = 0x1p-40;  // 1 - x^2 = gap (2 - gap)
  CHECK(slope(asin, {1 - gap}) == near({1 / std::sqrt(gap * (2 - gap))}));
}

TEST_CASE("atan: far out") {
  CHECK(value(atan, {0, 1, inf}) == near({0, pi / 4, pi / 2}));
  CHECK(slope(atan, {0, 1, 3, inf, 1e200}) == near({1, 0.5, 0.1, 0, 0}));
  CHECK(curvature(atan, {1, 0}) == near({-0.5, 0}));
}
