#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("cummax and cummin: elements and where they came from") {
  const auto [values, indices] = cummax_with_index(vec({1, 3, 2, 3, 4}), 0);
  CHECK(holds(values, {1, 3, 3, 3, 4}));
  CHECK(holds(indices, {0, 1, 1, 1, 4}));
  CHECK(indices.dtype() == i64);
  CHECK(holds(cummin(grid({2, 2}, {2, 1, 0, 3}), 0), {2, 1, 0, 1}));
  CHECK(holds(cummin_with_index(vec({3, 1, 2}), -1, {.reverse = true}).indices, {1, 1, 2}));
  CHECK(cummax(tensor({1, 2}), 0).dtype() == i32);
  CHECK(cummax(zeros({0}), 0).shape() == Shape{0});
}

TEST_CASE("cummax: the first of those that tie gets the cotangent, and NaN what follows it") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto most = [](const Tensor& x) { return cummax(x, 0); };
  CHECK(holds(slope(most, vec({2, 2, 1, 5}), vec({1, 10, 100, 1000})), {111, 0, 0, 1000}));
  CHECK(holds(cummax(vec({1, nan, 3}), 0), {1, nan, nan}));
  CHECK(holds(slope(most, vec({1, nan, 3})), {1, 2, 0}));
  CHECK(holds(slope([](const Tensor& x) { return cummin(x, 0); }, vec({1, 1, 0})), {2, 0, 1}));
}

TEST_CASE("cummax: the second derivative comes from what is inside") {
  const auto f = [](const Tensor& x) { return cummax(square(x), 0); };
  CHECK(holds(hessian_times(f, vec({1, -3, 2}), vec({1, 1, 1}), vec({1, 1, 1})), {2, 4, 0}));
}

TEST_CASE("cummax: mistakes") {
  CHECK(sentence<IndexError>([] { cummax(vec({1}), 2); }) == "cummax: axis 2 is out of range; a tensor of rank 1 has axes -1 to 0");
  CHECK(sentence<IndexError>([] { cummin(vec({1}), 2); }) == "cummin: axis 2 is out of range; a tensor of rank 1 has axes -1 to 0");
}
