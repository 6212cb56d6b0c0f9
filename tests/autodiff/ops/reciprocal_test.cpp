#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("reciprocal: values, slopes and the pole") {
  CHECK(value(reciprocal, {4, -0.5, 0, -0.0, inf}) == Numbers{0.25, -2, inf, -inf, 0});
  CHECK(slope(reciprocal, {4, -0.5, 0}) == Numbers{-0.0625, -4, -inf});
  CHECK(curvature(reciprocal, {2}) == Numbers{0.25});
  CHECK(reciprocal(tensor({4})).dtype() == f32);
}
