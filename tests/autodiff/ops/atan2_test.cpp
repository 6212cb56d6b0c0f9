#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;
using std::numbers::pi;

TEST_CASE("atan2: quadrants") { CHECK(value(atan2, {0, 1, 0, -1}, {1, 0, -1, -1}) == near({0, pi / 2, pi, -3 * pi / 4})); }

TEST_CASE("atan2: both slopes are 0 at the origin") {
  CHECK(slope_x(atan2, {0}, {0}) == Numbers{0});
  CHECK(slope_y(atan2, {0}, {0}) == Numbers{0});
}

TEST_CASE("atan2: tiny and huge arguments neither underflow nor overflow") {
  CHECK(slope_x(atan2, {1e-200, 1e200}, {1e-200, 1e200}) == near({5e199, 5e-201}));
  CHECK(slope_y(atan2, {1e-200, 1e200}, {1e-200, 1e200}) == near({-5e199, -5e-201}));
}

TEST_CASE("atan2: on the axes") {
  CHECK(slope_x(atan2, {0, 1}, {1, 0}) == Numbers{1, 0});
  CHECK(slope_y(atan2, {0, 1}, {1, 0}) == Numbers{0, -1});
  CHECK(mixed(atan2, {1, 0}, {2, 1}) == near({-0.12, -1}));  // (y^2 - x^2) / (x^2 + y^2)^2
}
