#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const double density_at_zero = 1 / std::sqrt(2 * std::numbers::pi);

}  // namespace

TEST_CASE("ndtr, log_ndtr: values, with the digits of both tails") {
  CHECK(value(ndtr, {0, 1, -10, inf, -inf}) == near({0.5, 0.841344746068542949, 7.61985302416052606e-24, 1, 0}));
  CHECK(value(log_ndtr, {0, -10, -1000, 10, inf, -inf}) ==
        near({-std::numbers::ln2, -53.2312851505124706, -500007.826694812161, -7.61985302416052606e-24, 0, -inf}));
}

TEST_CASE("ndtr: the slope is the density") {
  CHECK(slope(ndtr, {0, 1, inf, -inf}) == near({density_at_zero, density_at_zero * std::exp(-0.5), 0, 0}));
  CHECK(curvature(ndtr, {0, 1}) == near({0, -density_at_zero * std::exp(-0.5)}));
}

TEST_CASE("log_ndtr: derivatives of the far left keep their digits") {
  CHECK(slope(log_ndtr, {0, -1e8, inf, -inf}) == near({2 * density_at_zero, 1e8, 0, inf}));
  CHECK(curvature(log_ndtr, {0, -1e8}) == near({-4 * density_at_zero * density_at_zero, -1}, 1e-14));
}
