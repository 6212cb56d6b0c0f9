#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("triangular_solve: each triangle, transposed or with a diagonal of ones") {
  const Tensor a = grid({2, 2}, {2, 3, 4, 5}), b = vec({2, 9});
  CHECK(holds(triangular_solve(a, b), {1, 1}));                                   // [[2, 0], [4, 5]]
  CHECK(holds(triangular_solve(a, vec({8, 10}), {.upper = true}), {1, 2}));       // [[2, 3], [0, 5]]
  CHECK(holds(triangular_solve(a, vec({10, 10}), {.transpose = true}), {1, 2}));  // [[2, 4], [0, 5]]
  CHECK(holds(triangular_solve(a, vec({2, 13}), {.upper = true, .transpose = true}), {1, 2}));
  CHECK(holds(triangular_solve(a, b, {.unit_diagonal = true}), {2, 1}));
  CHECK(triangular_solve(ones({3, 1, 2, 2}), ones({4, 2, 5})).shape() == Shape{3, 4, 2, 5});
  CHECK(triangular_solve(ones({0, 0}), ones({0, 5})).shape() == Shape{0, 5});
}

TEST_CASE("triangular_solve: what is not read has slope 0") {
  const auto of_a = [](const Tensor& a) { return triangular_solve(a, vec({2, 9})); };
  CHECK(holds(slope(of_a, grid({2, 2}, {2, 3, 4, 5})), {-0.1, 0, -0.2, -0.2}, 1e-15));
  const auto unit = [](const Tensor& a) { return triangular_solve(a, vec({2, 9}), {.unit_diagonal = true}); };
  CHECK(holds(slope(unit, grid({2, 2}, {0, 3, 4, 0})), {0, 0, -2, 0}));
}

TEST_CASE("triangular_solve: a 0 on the diagonal divides by 0") {
  CHECK(holds(triangular_solve(grid({1, 1}, {0}), vec({2})), {std::numeric_limits<double>::infinity()}));
}

TEST_CASE("triangular_solve: mistakes") {
  CHECK(sentence<ShapeError>([] {
          triangular_solve(ones({2, 3}), ones({2}));
        }) == "triangular_solve: a is [2, 3]; the last two sizes must be equal");
  CHECK(sentence<ShapeError>([] {
          triangular_solve(ones({2, 2}), ones({3, 1}));
        }) == "triangular_solve: a is [2, 2], b is [3, 1]; b must have as many rows as a (2)");
}
