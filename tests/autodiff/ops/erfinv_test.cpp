#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("erfinv, ndtri: inverses, in the tails too") {
  CHECK(value([](const Tensor& x) { return erfinv(erf(x)); }, {-2, -0.3, 0, 1e-200, 0.7}) == near({-2, -0.3, 0, 1e-200, 0.7}, 1e-14));
  CHECK(value([](const Tensor& x) { return ndtri(ndtr(x)); }, {-37, -8, -0.5, 0, 0.5}) == near({-37, -8, -0.5, 0, 0.5}, 1e-14));
  CHECK(value(erfinv, {1, -1, 1.5}) == near({inf, -inf, NaN}));
  CHECK(value(ndtri, {0, 1, 0.5, -0.1}) == near({-inf, inf, 0, NaN}));
}

TEST_CASE("erfinv, ndtri: slopes are one over the slope there, infinite at the ends") {
  const double root_pi = std::sqrt(std::numbers::pi);
  CHECK(slope(erfinv, {0, std::erf(0.5), 1, -1}) == near({root_pi / 2, root_pi / 2 * std::exp(0.25), inf, inf}));
  CHECK(slope(ndtri, {0.5, 0, 1}) == near({root_pi * std::numbers::sqrt2, inf, inf}));
  CHECK(curvature(erfinv, {0, std::erf(0.5)}) == near({0, std::numbers::pi / 4 * std::exp(0.5)}));
}
