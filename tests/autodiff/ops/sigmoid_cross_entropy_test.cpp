#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Unary cost_of(double probability) {
  return [=](const Tensor& logit) { return sigmoid_cross_entropy(logit, probability); };
}

}  // namespace

TEST_CASE("sigmoid_cross_entropy: closed form, digits of a sure and right logit kept") {
  CHECK(value(cost_of(1), {0, 2, 50}) == near({std::log(2), std::log1p(std::exp(-2)), std::exp(-50)}));
  CHECK(value(cost_of(0), {0, 2, -50}) == near({std::log(2), std::log1p(std::exp(2)), std::exp(-50)}));
  CHECK(value(cost_of(0.25), {-1}) == near({0.25 * std::log1p(std::exp(1)) + 0.75 * std::log1p(std::exp(-1))}));
}

TEST_CASE("sigmoid_cross_entropy: far out") {
  CHECK(value(cost_of(1), {1000, -1000, inf, -inf, NaN}) == near({0, 1000, 0, inf, NaN}));
  CHECK(value(cost_of(0), {1000, -1000, inf, -inf, NaN}) == near({1000, 0, inf, 0, NaN}));
}

TEST_CASE("sigmoid_cross_entropy: slopes in the logit, s - t, and in the probability, -x") {
  const double s = 1 / (1 + std::exp(-1));
  CHECK(slope(cost_of(0.25), {0, 1, 1000, -1000}) == near({0.25, s - 0.25, 0.75, -0.25}));
  CHECK(curvature(cost_of(0.25), {0, 1}) == near({0.25, s * (1 - s)}, 1e-14));
  CHECK(slope([](const Tensor& t) { return sigmoid_cross_entropy(3.0, t); }, {0, 1}) == Numbers{-3, -3});
}

TEST_CASE("sigmoid_cross_entropy: whole targets become the logit's dtype") {
  CHECK(sigmoid_cross_entropy(tensor({0.5, 2.0}, f64), tensor({1, 0})).dtype() == f64);
}
