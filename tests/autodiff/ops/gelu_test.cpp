#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

double distribution(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }
double density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

}  // namespace

TEST_CASE("gelu: values keep the digits of the tail") {
  CHECK(value(gelu, {0, 1, -1}) == near({0, distribution(1), -distribution(-1)}, 1e-14));
  CHECK(value(gelu, {-10}) == near({-10 * distribution(-10)}, 1e-13));  // the rounding of x / sqrt 2 counts x^2 times
  CHECK(value(gelu, {1e3, -1e3, inf, -inf, NaN}) == near({1e3, 0, inf, 0, NaN}));
}

TEST_CASE("gelu: slopes and limits") {
  CHECK(slope(gelu, {0, 1, -2}) == near({0.5, distribution(1) + density(1), distribution(-2) - 2 * density(2)}, 1e-14));
  CHECK(slope(gelu, {-1e3, 1e3, 40, inf, -inf}) == Numbers{0, 1, 1, 1, 0});
  CHECK(curvature(gelu, {0, 1, 1e3, -1e3}) == near({2 * density(0), density(1), 0, 0}, 1e-14));
}

TEST_CASE("gelu_tanh: the published formula, and limits") {
  const auto formula = [](double x) { return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x))); };
  CHECK(value(gelu_tanh, {0, 1, -1, 2.5}) == near({0, formula(1), formula(-1), formula(2.5)}, 1e-14));
  CHECK(value(gelu_tanh, {30, -30, 1e200, -1e200, inf, -inf}) == Numbers{30, 0, 1e200, 0, inf, 0});
  CHECK(slope(gelu_tanh, {0, -30, 30, 1e200, -1e200, inf, -inf}) == Numbers{0.5, 0, 1, 1, 0, 1, 0});
}
