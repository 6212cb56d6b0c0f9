#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("linear_recurrence: each state from the one before") {
  CHECK(holds(linear_recurrence(vec({9, 2, 3}), vec({1, 1, 1}), 0), {1, 3, 10}));
  CHECK(holds(linear_recurrence(vec({2, 3, 9}), vec({1, 1, 1}), 0, {.reverse = true}), {9, 4, 1}));
  CHECK(holds(linear_recurrence(0.5, grid({2, 2}, {4, 4, 8, 8}), 1), {4, 6, 8, 12}));
  CHECK(holds(linear_recurrence(grid({2, 1}, {1, 2}), vec({1, 1}), 1), {1, 2, 1, 3}));
  CHECK(linear_recurrence(tensor({1, 2}), tensor({1, 2}), 0).dtype() == f32);
  CHECK(linear_recurrence(zeros({0}), zeros({0}), 0).shape() == Shape{0});
}

TEST_CASE("linear_recurrence: the slopes divide by nothing") {
  // y = (b0, a1 b0 + b1, a2 (a1 b0 + b1) + b2); the first a takes no part.
  const Tensor b = vec({2, 3, 5});
  const auto in_a = [&](const Tensor& a) { return linear_recurrence(a, b, 0); };
  CHECK(holds(slope(in_a, vec({7, 0, 0})), {0, 2, 3}));
  CHECK(holds(slope(in_a, vec({7, 1, 4})), {0, 2 + 4 * 2, 5}));
  CHECK(holds(slope([](const Tensor& x) { return linear_recurrence(vec({7, 2, 3}), x, 0); }, b), {1 + 2 + 6, 1 + 3, 1}));
  CHECK(holds(hessian_times(in_a, vec({0, 0, 0}), vec({1, 1, 1}), vec({1, 10, 100})), {0, 200, 20}));
}

TEST_CASE("linear_recurrence: slopes of what broadcasts are summed, in its own dtype") {
  const Tensor x = vec({1, 1, 1});
  CHECK(holds(slope([&](const Tensor& a) { return linear_recurrence(a, x, 0); }, scalar(2, f64)), {1 + (1 + 2 * 2)}));
  CHECK(slope([&](const Tensor& a) { return linear_recurrence(a, x, 0); }, scalar(2)).dtype() == f32);
}

TEST_CASE("absorbing_recurrence: 0 times anything is 0, where linear_recurrence gives NaN") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  CHECK(holds(absorbing_recurrence(vec({1, inf}), vec({0, 1}), 0), {0, 1}));
  CHECK(holds(absorbing_recurrence(vec({1, 0, 2}), vec({inf, 1, 1}), 0), {inf, 1, 3}));
  CHECK(std::isnan(list(linear_recurrence(vec({1, inf}), vec({0, 1}), 0))[1]));
  CHECK(holds(slope([](const Tensor& b) { return linear_recurrence(vec({1, inf}), b, 0); }, vec({1, 1}), vec({1, 0})), {1, 0}));
}

TEST_CASE("linear_recurrence: mistakes") {
  CHECK(sentence<ShapeError>([] { linear_recurrence(vec({1, 2}), vec({1, 2, 3}), 0); }).starts_with("linear_recurrence: "));
  CHECK(sentence<IndexError>([] { linear_recurrence(vec({1}), vec({1}), 1); }) ==
        "linear_recurrence: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
}
