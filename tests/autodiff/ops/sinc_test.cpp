#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double pi = std::numbers::pi;

}  // namespace

TEST_CASE("sinc: values") {
  CHECK(value(sinc, {0, 0.5, -1.5, 1e-200}) == near({1, 2 / pi, -2 / (3 * pi), 1}));
  CHECK(value(sinc, {1, -2, 1e15, 1e300, inf, NaN}) == near({0, 0, 0, 0, 0, NaN}));
}

TEST_CASE("sinc: slopes, 0 at 0") {
  CHECK(slope(sinc, {0, 1, -2, 0.5}) == near({0, -1, -0.5, -4 / pi}));
  CHECK(slope(sinc, {1e-5, 1e-100, inf}) == near({-pi * pi / 3 * 1e-5 * (1 - pi * pi * 1e-11), -pi * pi / 3 * 1e-100, 0}));
}

TEST_CASE("sinc: the second derivative is right near 0") {
  CHECK(curvature(sinc, {0, 1e-8, 1e-200, 1}) == near({-pi * pi / 3, -pi * pi / 3, -pi * pi / 3, 2}));
}

TEST_CASE("sinc: x sinc(x) is sin(pi x) / pi, to the second derivative") {
  const Unary sine = [](const Tensor& x) { return x * sinc(x); };
  CHECK(curvature(sine, {0.5, -0.5, 2.5}) == near({-pi, pi, -pi}, 1e-14));
}
