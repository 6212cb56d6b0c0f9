#include <descent/autodiff/functions/special.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/base/error.hpp>
#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Unary dimension(Index p) {
  return [p](const Tensor& x) { return mvlgamma(x, p); };
}

}  // namespace

TEST_CASE("mvlgamma: dimension 1 is lgamma, and Gamma_2(x) = pi Gamma(2x - 1) / 2^(2x - 2)") {
  CHECK(value(dimension(1), {0.5, 3}) == near(value(lgamma, {0.5, 3})));
  const auto of_two = [](double x) { return std::log(std::numbers::pi) + std::lgamma(2 * x - 1) - (2 * x - 2) * std::numbers::ln2; };
  CHECK(value(dimension(2), {1, 2.5, 7}) == near({of_two(1), of_two(2.5), of_two(7)}));
  CHECK(value([](const Tensor& x) { return multigammaln(x, 3); }, {4}) == value(dimension(3), {4}));
}

TEST_CASE("mvlgamma: the slope is a sum of digammas") {
  CHECK(slope(dimension(3), {4})[0] ==
        Approx(value([](const Tensor& x) { return digamma(x) + digamma(x - 0.5) + digamma(x - 1.0); }, {4})[0]));
}

TEST_CASE("mvlgamma: a dimension below 1 is refused") {
  CHECK_THROWS_AS(mvlgamma(1.0, 0), ValueError);
  CHECK_THROWS_WITH(mvlgamma(1.0, 0), Catch::Contains("mvlgamma: the dimension p is 0; it must be 1 or more"));
}
