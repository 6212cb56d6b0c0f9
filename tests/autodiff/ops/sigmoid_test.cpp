#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("sigmoid: values and limits") {
  CHECK(value(sigmoid, {0, 1, -1, -40}) == near({0.5, 1 / (1 + std::exp(-1)), 1 / (1 + std::exp(1)), 1 / (1 + std::exp(40))}));
  CHECK(value(sigmoid, {1000, -1000, inf, -inf, NaN}) == near({1, 0, 1, 0, NaN}));
}

TEST_CASE("sigmoid: slopes") {
  const double s = 1 / (1 + std::exp(-1));
  CHECK(slope(sigmoid, {0, 1, 1000, -1000}) == near({0.25, s * (1 - s), 0, 0}));
  CHECK(curvature(sigmoid, {0, 1}) == near({0, s * (1 - s) * (1 - 2 * s)}, 1e-14));
}
