#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("abs: the slope at 0 is the subgradient of least norm") {
  CHECK(value(abs, {0, -0.0, -3, inf}) == Numbers{0, 0, 3, inf});
  CHECK(slope(abs, {0, -0.0, -1, 2, 0.5}) == Numbers{0, 0, -1, 1, 1});
  CHECK(curvature(abs, {0, -1, 2}) == Numbers{0, 0, 0});
}

TEST_CASE("abs: of integers is exact") {
  const Tensor x = tensor<std::int64_t>({-9007199254740993, 3});
  CHECK(abs(x).dtype() == i64);
  CHECK(abs(x).to_vector<std::int64_t>() == std::vector<std::int64_t>{9007199254740993, 3});
  CHECK(abs(tensor({true, false})).dtype() == i32);
}

TEST_CASE("sign: -1, 0 or 1, with slope 0") {
  CHECK(value(sign, {-2, 0, 5, NaN, -inf}) == near({-1, 0, 1, NaN, -1}));
  CHECK_FALSE(std::signbit(value(sign, {-0.0})[0]));
  CHECK(slope(sign, {-2, 0, 5, NaN}) == Numbers{0, 0, 0, 0});
}
