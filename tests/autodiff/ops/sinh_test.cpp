#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("sinh, cosh: values to the end of the range") {
  CHECK(value(sinh, {0, 1, -710.4}) == near({0, std::sinh(1), std::sinh(-710.4)}));
  CHECK(value(cosh, {0, 1, 710.4}) == near({1, std::cosh(1), std::cosh(710.4)}));
  CHECK(sinh(tensor({89.1})).item<float>() == Approx(std::sinh(89.1F)).epsilon(1e-6));
}

TEST_CASE("asinh, acosh, atanh: values and limits") {
  CHECK(value(asinh, {0, 1, -1e-12, 1e200}) == near({0, std::asinh(1), std::asinh(-1e-12), std::asinh(1e200)}));
  CHECK(value(acosh, {1, 2, 1e200, 0.5}) == near({0, std::acosh(2), std::acosh(1e200), NaN}));
  CHECK(value(atanh, {0, 0.5, 1, -1, 2}) == near({0, std::atanh(0.5), inf, -inf, NaN}));
}

TEST_CASE("hyperbolic: slopes, without overflow of squares") {
  CHECK(slope(sinh, {0, 1}) == near({1, std::cosh(1)}));
  CHECK(slope(cosh, {0, 1}) == near({0, std::sinh(1)}));
  CHECK(slope(asinh, {0, 0.75, 1e200}) == near({1, 0.8, 1e-200}));
  CHECK(slope(acosh, {1.25, 1e200, 1, 0.5}) == near({4.0 / 3, 1e-200, inf, NaN}));
  CHECK(slope(atanh, {0, 0.5, 1}) == near({1, 4.0 / 3, inf}));
}
