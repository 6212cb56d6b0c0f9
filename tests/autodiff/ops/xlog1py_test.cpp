#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("xlog1py: 0 where x is 0, whatever y but NaN; exact for a small y") {
  CHECK(value(xlog1py, {0, 0, 0, 0, 2, 3}, {-1, inf, -2, NaN, 2, 1e-20}) == near({0, 0, 0, NaN, 2 * std::log(3), 3e-20}));
}

TEST_CASE("xlog1py: slopes") {
  CHECK(slope_x(xlog1py, {0, 2}, {-1, 1}) == near({-inf, std::log(2)}));
  CHECK(slope_y(xlog1py, {0, 2}, {-1, 3}) == Numbers{0, 0.5});
  CHECK(mixed(xlog1py, {0, 2}, {3, 3}) == Numbers{0.25, 0.25});  // a select on x == 0 would lose the first
}
