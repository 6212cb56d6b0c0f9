#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Unary clamped(double lo, double hi) {
  return [=](const Tensor& x) { return clamp(x, lo, hi); };
}

}  // namespace

TEST_CASE("clamp: values, with infinite bounds and NaN") {
  CHECK(value(clamped(0, 1), {-1, 0.25, 2, NaN}) == near({0, 0.25, 1, NaN}));
  CHECK(value(clamped(-inf, 1), {-1e300, 2}) == Numbers{-1e300, 1});
}

TEST_CASE("clamp: the slope at the bounds is 0") { CHECK(slope(clamped(0, 1), {0, 1, 0.5, -1, 2}) == Numbers{0, 0, 1, 0, 0}); }

TEST_CASE("clamp: with lo above hi it is the constant hi") {
  CHECK(value(clamped(2, 1), {0.5, 1.5, 3}) == Numbers{1, 1, 1});
  CHECK(slope(clamped(2, 1), {0.5, 1.5, 3}) == Numbers{0, 0, 0});
}

TEST_CASE("clamp: integers stay integers") {
  const Tensor y = clamp(tensor({-3, 4, 12}), 0, 9);
  CHECK(y.dtype() == i32);
  CHECK(y.to_vector<int>() == std::vector<int>{0, 4, 9});
}

TEST_CASE("clamp: bounds that are tensors have gradients") {
  const Binary from_below = [](const Tensor& x, const Tensor& lo) { return clamp(x, lo, 10); };
  CHECK(value(from_below, {-1, 5, 12}, {0, 1, 2}) == Numbers{0, 5, 10});
  CHECK(slope_x(from_below, {-1, 5, 12}, {0, 1, 2}) == Numbers{0, 1, 0});
  CHECK(slope_y(from_below, {-1, 5, 12}, {0, 1, 2}) == Numbers{1, 0, 0});
}

TEST_CASE("clamp: a bound must be a number") {
  const Tensor x = zeros({2});
  CHECK_THROWS_WITH(clamp(x, NaN, 1), Catch::StartsWith("clamp: lo is NaN; it must be a number, or -infinity for none"));
  CHECK_THROWS_WITH(clamp(x, 0, NaN), Catch::StartsWith("clamp: hi is NaN; it must be a number, or infinity for none"));
  CHECK_THROWS_AS(clamp(x, NaN, 1), ValueError);
}
