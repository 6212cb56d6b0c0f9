#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const double two_over_root_pi = 2 / std::sqrt(std::numbers::pi);

}  // namespace

TEST_CASE("erfcx: e^(x^2) erfc(x), and its limits") {
  CHECK(value(erfcx, {0, 1, -2, 1e10, 1e300}) ==
        near({1, std::exp(1) * std::erfc(1), std::exp(4) * std::erfc(-2), two_over_root_pi / 2e10, two_over_root_pi / 2e300}));
  CHECK(value(erfcx, {inf, -inf, -27}) == near({0, inf, inf}));
}

TEST_CASE("erfcx: slopes keep their digits far out, where 2x erfcx(x) - 2 / sqrt(pi) has none") {
  CHECK(slope(erfcx, {0, 1e10, 1e100}) == near({-two_over_root_pi, -two_over_root_pi / 2e20, -two_over_root_pi / 2e200}));
  CHECK(curvature(erfcx, {0, 1e10}) == near({2, two_over_root_pi / 1e30}));
  CHECK(slope(erfcx, {-inf, inf}) == Numbers{-inf, 0});
}

TEST_CASE("erfcx: derivatives of both forms meet") {  // the recurrence upwards to 0.5, the continued fraction beyond
  const auto second = [](double x) { return curvature(erfcx, {x})[0]; };
  CHECK(second(0.5 + 1e-9) == Approx(second(0.5)).epsilon(1e-8));
  for (const double x : {-1.0, 0.5, 0.6, 2.0})  // y'' = 2y + 2x y'
    CHECK(second(x) == Approx(2 * value(erfcx, {x})[0] + 2 * x * slope(erfcx, {x})[0]).epsilon(1e-13));
}
