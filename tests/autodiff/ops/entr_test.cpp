#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("entr: -x log(x), 0 at 0, -infinity below") {
  CHECK(value(entr, {0, -0.0, 1, 0.5, -1, inf, NaN}) == near({0, 0, 0, 0.5 * std::log(2), -inf, -inf, NaN}));
}

TEST_CASE("entr: slopes") {
  CHECK(slope(entr, {1, std::exp(-1), 0, -1}) == near({-1, 0, inf, NaN}));
  CHECK(curvature(entr, {1, 0.5}) == near({-1, -2}));
}
