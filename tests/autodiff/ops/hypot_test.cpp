#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("hypot: without overflow or underflow of the squares") {
  CHECK(value(hypot, {3, 3e200, 3e-200, inf}, {4, 4e200, 4e-200, NaN}) == near({5, 5e200, 5e-200, inf}));
  CHECK(slope_x(hypot, {3e200, 3e-200}, {4e200, 4e-200}) == near({0.6, 0.6}));
  CHECK(slope_y(hypot, {3e200, 3e-200}, {4e200, 4e-200}) == near({0.8, 0.8}));
}

TEST_CASE("hypot: both slopes are 0 at the origin") {
  CHECK(slope_x(hypot, {0}, {0}) == Numbers{0});
  CHECK(slope_y(hypot, {0}, {0}) == Numbers{0});
  CHECK(mixed(hypot, {3}, {4}) == near({-12.0 / 125}));
}
