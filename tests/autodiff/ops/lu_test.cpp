#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("lu: both triangles in one matrix, and the order of the rows") {
  const auto [factors, rows] = lu(grid({2, 2}, {1, 2, 4, 10}));
  CHECK(holds(factors, {4, 10, 0.25, -0.5}));
  CHECK(holds(rows, {1, 0}));
  CHECK(rows.dtype() == i64);
  CHECK(holds(lu(grid({3, 3}, {0, 1, 0, 0, 0, 1, 1, 0, 0})).rows, {2, 0, 1}));
  CHECK(lu(zeros({2, 0, 0}, f64)).rows.shape() == Shape{2, 0});
}

TEST_CASE("lu: the slope goes back to the rows it came from") {
  // [[a, b], [c, d]] with |c| > |a|: u = [[c, d], [0, b - a d / c]], l_10 = a / c
  const auto f = [](const Tensor& x) { return lu(x).factors; };
  CHECK(holds(slope(f, grid({2, 2}, {1, 2, 4, 10}), grid({2, 2}, {0, 0, 1, 0})), {0.25, 0, -0.0625, 0}));
  CHECK(holds(slope(f, grid({2, 2}, {1, 2, 4, 10}), grid({2, 2}, {0, 0, 0, 1})), {-2.5, 1, 0.625, -0.25}));
}

TEST_CASE("lu: a singular matrix has factors too") { CHECK(holds(lu(grid({2, 2}, {1, 2, 2, 4})).factors, {2, 4, 0.5, 0})); }

TEST_CASE("lu: mistakes") {
  CHECK(sentence<ShapeError>([] { lu(ones({2, 3})); }) == "lu: x is [2, 3]; the last two sizes must be equal");
}
