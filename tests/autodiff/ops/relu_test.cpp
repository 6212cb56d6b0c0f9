#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("relu: slope 0 at 0, NaN stays") {
  CHECK(value(relu, {-1, 0, 2, NaN, inf, -inf}) == near({0, 0, 2, NaN, inf, 0}));
  CHECK(slope(relu, {-1, 0, -0.0, 2}) == Numbers{0, 0, 0, 1});
  CHECK(curvature(relu, {-1, 0, 2}) == Numbers{0, 0, 0});
}

TEST_CASE("leaky_relu: at 0 the slope of the left side") {
  const Unary f = [](const Tensor& x) { return leaky_relu(x, 0.1); };
  CHECK(value(f, {-2, 0, 3, NaN}) == near({-0.2, 0, 3, NaN}));
  CHECK(slope(f, {-2, 0, 3}) == near({0.1, 0.1, 1}));
  CHECK(leaky_relu(tensor({-1.0})).item<float>() == -0.01F);
}
