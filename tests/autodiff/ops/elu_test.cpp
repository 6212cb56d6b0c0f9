#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Unary elu_of(double alpha) {
  return [=](const Tensor& x) { return elu(x, alpha); };
}

}  // namespace

TEST_CASE("elu: values and limits") {
  CHECK(value(elu_of(1), {2, 0, -1, -1000, inf, -inf}) == near({2, 0, std::expm1(-1), -1, inf, -1}));
  CHECK(value(elu_of(2), {-1e-12, NaN}) == near({2 * std::expm1(-1e-12), NaN}));
}

TEST_CASE("elu: a large x does not leak e^x") {
  CHECK(slope(elu_of(1), {1000, -1000, 0}) == Numbers{1, 0, 1});
  CHECK(slope(elu_of(0.5), {0, -1}) == near({0.5, 0.5 * std::exp(-1)}));
  CHECK(curvature(elu_of(1), {1000, -1}) == near({0, std::exp(-1)}));
}
