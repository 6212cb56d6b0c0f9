#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("fmod: the sign of x; remainder: the sign of y") {
  CHECK(value(fmod, {-5, 5, -5, 5, 6}, {3, -3, -3, 3, 3}) == Numbers{-2, 2, -2, 2, 0});
  CHECK(value(remainder, {-5, 5, -5, 5, 6}, {3, -3, -3, 3, 3}) == Numbers{1, -1, -2, 2, 0});
  CHECK(value(remainder, {1, NaN}, {0, 1}) == near({NaN, NaN}));
}

TEST_CASE("fmod, remainder: the slope in the divisor is minus the quotient") {
  CHECK(slope_x(remainder, {-5}, {3}) == Numbers{1});
  CHECK(slope_y(remainder, {-5, 5}, {3, 3}) == Numbers{2, -1});
  CHECK(slope_x(fmod, {-5}, {3}) == Numbers{1});
  CHECK(slope_y(fmod, {-5, 7.5}, {3, 2}) == Numbers{1, -3});
}

TEST_CASE("fmod: the slope fits the value where the quotient rounds up") {
  const double y = 0.1, x = 0.3;  // x / y rounds to 3, and yet 3 * 0.1 > 0.3
  CHECK(value(fmod, {x}, {y})[0] > 0.09);
  CHECK(slope_y(fmod, {x}, {y}) == Numbers{-2});
}
