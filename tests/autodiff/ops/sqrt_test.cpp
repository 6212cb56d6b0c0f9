#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("sqrt, rsqrt, cbrt: values") {
  CHECK(value(sqrt, {0, 4, inf, -1}) == near({0, 2, inf, NaN}));
  CHECK(value(rsqrt, {0, 4, inf, -1}) == near({inf, 0.5, 0, NaN}));
  CHECK(value(cbrt, {0, 8, -27}) == near({0, 2, -3}));
}

TEST_CASE("sqrt, rsqrt, cbrt: slopes, infinite at 0") {
  CHECK(slope(sqrt, {0, 4}) == Numbers{inf, 0.25});
  CHECK(slope(rsqrt, {0, 4, inf}) == Numbers{-inf, -0.0625, 0});
  CHECK(slope(cbrt, {0, 8, -8}) == near({inf, 1.0 / 12, 1.0 / 12}));
  CHECK(curvature(sqrt, {4}) == Numbers{-1.0 / 32});
}

TEST_CASE("sqrt: a zero cotangent absorbs the infinite slope") {
  CHECK(slope([](const Tensor& x) { return square(sqrt(x)); }, {0, 4}) == Numbers{0, 1});
  const Unary masked = [](const Tensor& x) { return where(x > 0, sqrt(x), 0); };
  CHECK(slope(masked, {-1, 4}) == Numbers{0, 0.25});
  CHECK(curvature(masked, {-1, 0, 4}) == Numbers{0, 0, -1.0 / 32});
}
