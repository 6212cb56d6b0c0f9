#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;
using std::numbers::pi;

TEST_CASE("sin, cos, tan: values") {
  CHECK(value(sin, {0, pi / 6, 1e5, inf}) == near({0, 0.5, std::sin(1e5), NaN}));
  CHECK(value(cos, {0, pi / 3, 1e5}) == near({1, 0.5, std::cos(1e5)}));
  CHECK(value(tan, {0, pi / 4, -1}) == near({0, 1, std::tan(-1)}));
}

TEST_CASE("sin, cos, tan: slopes and curvatures") {
  CHECK(slope(sin, {0, 1}) == near({1, std::cos(1)}));
  CHECK(slope(cos, {0, 1}) == near({0, -std::sin(1)}));
  CHECK(slope(tan, {0, pi / 4}) == near({1, 2}));
  CHECK(curvature(sin, {0, 1}) == near({0, -std::sin(1)}));
  CHECK(curvature(tan, {pi / 4}) == near({4}, 1e-14));
}
