#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Unary softplus_of(double beta) {
  return [=](const Tensor& x) { return softplus(x, beta); };
}

}  // namespace

TEST_CASE("softplus: values without overflow, digits kept on the left") {
  CHECK(value(softplus_of(1), {0, 1000, -1000, inf, -inf, NaN}) == near({std::log(2), 1000, 0, inf, 0, NaN}));
  CHECK(value(softplus_of(1), {-40}) == near({std::log1p(std::exp(-40))}));
  CHECK(value(softplus_of(2), {0.5}) == near({std::log1p(std::exp(1)) / 2}));
}

TEST_CASE("softplus: slopes") {
  CHECK(slope(softplus_of(1), {1000, -1000, 0}) == Numbers{1, 0, 0.5});
  CHECK(slope(softplus_of(2), {0.5}) == near({1 / (1 + std::exp(-1))}));
  CHECK(curvature(softplus_of(2), {0}) == Numbers{0.5});
}

TEST_CASE("log_sigmoid: values and slopes without overflow") {
  CHECK(value(log_sigmoid, {0, -1000, 1000, -inf, NaN}) == near({-std::log(2), -1000, 0, -inf, NaN}));
  CHECK(slope(log_sigmoid, {-1000, 0, 1000}) == Numbers{1, 0.5, 0});
}

TEST_CASE("softplus: beta") {
  CHECK_THROWS_AS(softplus(zeros({2}), 0), ValueError);
  CHECK_THROWS_WITH(softplus(zeros({2}), 0), Catch::StartsWith("softplus: beta is 0; it must be finite and not 0"));
  CHECK_THROWS_WITH(softplus(zeros({2}), inf), Catch::StartsWith("softplus: beta is inf; it must be finite and not 0"));
}
