#include <descent/autodiff/functions/select.hpp>

#include <limits>
#include <vector>

#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("masked_fill: after a pole") {
  const Unary f = [](const Tensor& x) { return masked_fill(1 / x, x == 0, 0); };
  CHECK(value(f, {0, 2}) == Numbers{0, 0.5});
  CHECK(slope(f, {0, 2}) == Numbers{0, -0.25});
}

TEST_CASE("masked_fill: a value that is a tensor gets the gradient of what it filled") {
  const Binary f = [](const Tensor& x, const Tensor& value) { return masked_fill(x, x > 1, value); };
  CHECK(slope_y(f, {0, 2, 3}, {9}) == Numbers{2});
  CHECK(masked_fill(tensor({1, 2}), tensor({true, false}), 7).dtype() == i32);
}

TEST_CASE("where of a quotient that is not finite") {
  const Binary f = [](const Tensor& x, const Tensor& y) { return where(isfinite(x / y), x / y, 0); };
  CHECK(slope_x(f, {1, 1}, {0, 2}) == Numbers{0, 0.5});
  CHECK(slope_y(f, {1, 1}, {0, 2}) == Numbers{0, -0.25});
}

TEST_CASE("where with numbers") {
  CHECK(where(tensor({true, false}), 2.5, -1).to_vector<float>() == std::vector<float>{2.5F, -1.0F});
  CHECK(where(tensor({true, false}), 2, -1).dtype() == i32);
  CHECK(where(tensor({true, false}), tensor({1.0, 2.0}, f64), 0.1).to_vector<double>() == Numbers{1, 0.1});
}

TEST_CASE("nan_to_num: replaced elements have slope 0") {
  constexpr double most = std::numeric_limits<double>::max();
  const Unary f = [](const Tensor& x) { return nan_to_num(x); };
  CHECK(value(f, {NaN, inf, -inf, 1}) == Numbers{0, most, -most, 1});
  CHECK(slope(f, {NaN, inf, 1}) == Numbers{0, 0, 1});
  const Unary named = [](const Tensor& x) { return nan_to_num(x, {.nan = -1, .posinf = 2, .neginf = 3}); };
  CHECK(value(named, {NaN, inf, -inf, 1}) == Numbers{-1, 2, 3, 1});
  CHECK(nan_to_num(tensor({std::numeric_limits<float>::infinity()})).item<float>() == std::numeric_limits<float>::max());
  CHECK(nan_to_num(tensor({1, 2})).dtype() == i32);
}

TEST_CASE("heaviside: its value at 0 is given") {
  CHECK(value(heaviside, {-2, 0, 3, NaN}, {9, 9, 9, 9}) == near({0, 9, 1, NaN}));
  CHECK(slope_x(heaviside, {-2, 0, 3}, {9, 9, 9}) == Numbers{0, 0, 0});
  CHECK(slope_y(heaviside, {-2, 0, 3}, {9, 9, 9}) == Numbers{0, 1, 0});
}

TEST_CASE("select: the choice of the first condition that holds") {
  const Tensor x = vec({-1, 0, 1, 2});
  const auto f = [&](const Tensor& at) { return select({at < 0, at < 1.5}, {-at, at * at}, 7.0); };
  CHECK(holds(f(x), {1, 0, 1, 7}));
  CHECK(holds(descent::test::slope(f, x), {-1, 0, 2, 0}));
  CHECK(holds(select({}, {}, x), {-1, 0, 1, 2}));
  CHECK(select({x < 0}, {zeros({2, 1})}, 1).shape() == Shape{2, 4});
  CHECK(sentence<ShapeError>([&] { select({x < 0}, {}); }) == "select: 1 conditions and 0 choices; give one choice for each condition");
}
