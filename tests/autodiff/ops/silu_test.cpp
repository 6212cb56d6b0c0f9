#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("silu: values and limits") {
  CHECK(value(silu, {0, 1, -1}) == near({0, 1 / (1 + std::exp(-1)), -1 / (1 + std::exp(1))}));
  CHECK(value(silu, {1000, -1000, inf, -inf, NaN}) == near({1000, 0, inf, 0, NaN}));
}

TEST_CASE("silu: slopes") {
  const double s = 1 / (1 + std::exp(-1));
  CHECK(slope(silu, {0, 1, 1000, -1000, inf, -inf}) == near({0.5, s * (1 + (1 - s)), 1, 0, 1, 0}));
  CHECK(curvature(silu, {0, -1000}) == Numbers{0.5, 0});
}
