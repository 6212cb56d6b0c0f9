#include <descent/autodiff/functions/arithmetic.hpp>

#include <cmath>

#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("lerp: exact at both ends, straight between and beyond") {
  const Tensor x = vec({0.1, 1e16}), y = vec({0.7, 1});
  CHECK(holds(lerp(x, y, 0), {0.1, 1e16}));
  CHECK(holds(lerp(x, y, 1.0), {0.7, 1}));
  CHECK(holds(lerp(2.0, vec({4, 8}), vec({0.5, 2})), {3, 14}));
  CHECK(holds(slope([](const Tensor& t) { return lerp(vec({2, 2}), 5.0, t); }, vec({0.25, 0.75})), {3, 3}));
  CHECK(holds(slope([](const Tensor& at) { return lerp(at, 5.0, vec({0.25, 0.75})); }, vec({1, 1})), {0.75, 0.25}));
  CHECK(holds(slope([](const Tensor& at) { return lerp(1.0, at, vec({0.25, 0.75})); }, vec({1, 1})), {0.25, 0.75}));
}

TEST_CASE("fma: a product and a sum") {
  CHECK(holds(fma(vec({2, 3}), 4.0, vec({1, -1})), {9, 11}));
  CHECK(holds(fma(tensor({2}), 3, 4), {10}));
}

TEST_CASE("floor_div: goes with remainder, as in Python") {
  const Numbers x{7, -7, 7, -7, 1, 0, 6, 1e300}, y{2, 2, -2, -2, 0.1, 3, 3, 0.3};
  const Numbers q = value(floor_div, x, y);
  CHECK(Numbers(q.begin(), q.begin() + 7) == Numbers{3, -4, -4, 3, 9, 0, 2});  // 0.1 is above a tenth, so 1 has it 9 times
  CHECK(q[7] == Approx(1e300 / 0.3));
  CHECK(value(floor_div, {1, -1, 0, 5, -5}, {0, 0, 0, inf, inf}) == near({inf, -inf, NaN, 0, -1}));
  CHECK(slope_x(floor_div, {7, -7, 1}, {2, 2, 0}) == Numbers{0, 0, 0});
  CHECK(slope_y(floor_div, {7, -7, 1}, {2, 2, 0}) == Numbers{0, 0, 0});
}

TEST_CASE("frac: with x's sign, slope 1") {
  CHECK(value(frac, {1.25, -1.25, 3, NaN}) == near({0.25, -0.25, 0, NaN}));
  CHECK(slope(frac, {1.25, -1.25, 3}) == Numbers{1, 1, 1});
}

TEST_CASE("straight_through: the value of one, the slope of the other") {
  const Unary rounded = [](const Tensor& x) { return round_straight_through(x); };
  CHECK(value(rounded, {0.3, 0.5, 1.5, -2.7, 1e300, inf, NaN}) == near({0, 0, 2, -3, 1e300, inf, NaN}, 0));
  CHECK(slope(rounded, {0.3, 2.5, inf}) == Numbers{1, 1, 0});
  const Unary signs = [](const Tensor& x) { return straight_through(sign(x), hypot(x, 1)); };
  CHECK(value(signs, {-3, 0, 0.1}) == Numbers{-1, 0, 1});
  CHECK(slope(signs, {0, -1}) == near({0, -std::sqrt(0.5)}));
  CHECK(curvature(rounded, {0.3}) == Numbers{0});
  CHECK(sentence<ShapeError>([] { straight_through(zeros({2}), zeros({1})); }) ==
        "straight_through: y is [2], x is [1]; the shapes must be equal");
}

TEST_CASE("isclose and allclose: within both tolerances, of y") {
  const Tensor x = vec({1, 100, 1, inf, inf, NaN, 1}), y = vec({1 + 9e-6, 100.0009, 1.1, inf, -inf, NaN, inf});
  CHECK(holds(isclose(x, y), {1, 1, 0, 1, 0, 0, 0}));
  CHECK(holds(isclose(x, y, {.equal_nan = true}), {1, 1, 0, 1, 0, 1, 0}));
  CHECK(isclose(0.0, vec({9e-9, 2e-8})).dtype() == boolean);
  CHECK(holds(isclose(0.0, vec({9e-9, 2e-8})), {1, 0}));
  CHECK(allclose(vec({1, 2}), vec({1, 2})).item<bool>());
  CHECK_FALSE(allclose(vec({1, 2}), vec({1, 2.1})).item<bool>());
  CHECK(allclose(vec({1, 2}), vec({1, 2.1}), {.relative = 0, .absolute = 0.2}).item<bool>());
}
