#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Unary to_the(double exponent) {
  return [=](const Tensor& x) { return pow(x, exponent); };
}
Unary power_of(double base) {
  return [=](const Tensor& y) { return pow(base, y); };
}

}  // namespace

TEST_CASE("pow: values as of std::pow") {
  CHECK(value(pow, {2, -2, 0, 0, 4, -8, NaN}, {10, 3, 0, -1, 0.5, 1.0 / 3, 0}) == near({1024, -8, 1, inf, 2, NaN, 1}));
}

TEST_CASE("pow: slopes at base 0") {
  CHECK(slope_x(pow, {0, 0, 0}, {0, 1, 2}) == Numbers{0, 1, 0});
  CHECK(slope_y(pow, {0, 0, 0}, {0, 1, 2}) == Numbers{0, 0, 0});
}

TEST_CASE("pow: a negative base has a slope; its exponent has none") {
  CHECK(slope_x(pow, {-2}, {3}) == near({12}));
  CHECK(slope_y(pow, {-2}, {3}) == near({NaN}));
}

TEST_CASE("pow: exponents that are numbers") {
  CHECK(slope(to_the(3), {-2, 0}) == near({12, 0}));
  CHECK(slope(to_the(2), {-2, 0}) == Numbers{-4, 0});
  CHECK(slope(to_the(1), {0}) == Numbers{1});
  CHECK(slope(to_the(0), {0, 5}) == Numbers{0, 0});
  CHECK(slope(to_the(0.5), {0, 4}) == near({inf, 0.25}));
  CHECK(slope(to_the(-1), {2}) == near({-0.25}));
}

TEST_CASE("pow: bases that are numbers") {
  CHECK(slope(power_of(2), {3}) == near({8 * std::numbers::ln2}));
  CHECK(slope(power_of(0), {0, 2}) == Numbers{0, 0});
}

TEST_CASE("pow: second derivatives at base 0 and exponent 0") {
  CHECK(curvature(to_the(2), {0, 3}) == Numbers{2, 2});
  CHECK(curvature(to_the(3), {0, 2}) == near({0, 12}));
  CHECK(curvature(to_the(1), {0}) == Numbers{0});
  CHECK(mixed(pow, {2}, {0}) == near({0.5}));  // d/dy of y x^(y - 1) is 1 / x there; a select on y == 0 would lose it
  CHECK(mixed(pow, {2}, {3}) == near({4 * (1 + 3 * std::numbers::ln2)}));
}

TEST_CASE("pow: integers are raised as f32, a square of floats keeps the dtype") {
  CHECK(pow(tensor({1, 2, 3}), 2).dtype() == f32);
  CHECK(pow(tensor({1, 2, 3}), 2).to_vector<float>() == std::vector<float>{1, 4, 9});
  CHECK(pow(ones({2}, f64), 2).dtype() == f64);
  CHECK(pow(2, tensor({1.0, 3.0})).to_vector<float>() == std::vector<float>{2, 8});
}
