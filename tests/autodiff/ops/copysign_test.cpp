#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("copysign: the sign of zero counts") { CHECK(value(copysign, {1, 2, -3, 4}, {-1, 0, 5, -0.0}) == Numbers{-1, 2, 3, -4}); }

TEST_CASE("copysign: the slope in x is that of abs, turned; in y it is 0") {
  CHECK(slope_x(copysign, {1, -2, -3, 0}, {-1, 0, -5, 1}) == Numbers{-1, -1, 1, 0});
  CHECK(slope_y(copysign, {1, -2}, {-1, 0}) == Numbers{0, 0});
}
