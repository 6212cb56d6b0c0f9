#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;
using std::numbers::ln2;

TEST_CASE("exp, exp2, expm1: values and limits") {
  CHECK(value(exp, {0, 1, -inf, inf, 1000}) == near({1, std::numbers::e, 0, inf, inf}));
  CHECK(value(exp2, {0, 10, -1, -2000}) == near({1, 1024, 0.5, 0}));
  CHECK(value(expm1, {0, 1e-12, -1000}) == near({0, std::expm1(1e-12), -1}));
}

TEST_CASE("exp, exp2, expm1: slopes") {
  CHECK(slope(exp, {0, 1}) == near({1, std::numbers::e}));
  CHECK(slope(exp2, {0, 3}) == near({ln2, 8 * ln2}));
  CHECK(slope(expm1, {0, -40}) == near({1, std::exp(-40)}));  // from the output it would be 0
  CHECK(curvature(exp2, {3}) == near({8 * ln2 * ln2}));
}

TEST_CASE("exp: an overflow in the branch not taken does not leak") {
  const Unary f = [](const Tensor& x) { return where(x <= 0, exp(x), 1 + x); };
  CHECK(slope(f, {100, 1000}) == Numbers{1, 1});
  CHECK(curvature(f, {100, 1000}) == Numbers{0, 0});
}
