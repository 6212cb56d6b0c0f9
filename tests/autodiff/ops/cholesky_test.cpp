#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("cholesky: the lower factor, of the symmetric part, in batches") {
  CHECK(holds(cholesky(grid({2, 2}, {4, 2, 2, 10})), {2, 0, 1, 3}));
  CHECK(holds(cholesky(grid({2, 2}, {4, 0, 4, 10})), {2, 0, 1, 3}));
  CHECK(holds(cholesky(grid({2, 1, 1}, {9, 16})), {3, 4}));
  CHECK(cholesky(zeros({3, 0, 0}, f64)).shape() == Shape{3, 0, 0});
  CHECK(cholesky(tensor({{4, 2}, {2, 10}})).dtype() == f32);
}

TEST_CASE("cholesky: the cotangent is symmetric, and that of the upper triangle does not count") {
  const Tensor x = grid({2, 2}, {4, 2, 2, 10});
  // l = [[a, 0], [b, c]] with a = sqrt(x00), b = x01 / a, c = sqrt(x11 - b^2)
  CHECK(holds(slope(cholesky, x, grid({2, 2}, {1, 7, 0, 0})), {0.25, 0, 0, 0}, 1e-15));
  CHECK(holds(slope(cholesky, x, grid({2, 2}, {0, 0, 1, 0})), {-0.125, 0.25, 0.25, 0}, 1e-15));
  CHECK(holds(slope(cholesky, x, grid({2, 2}, {0, 0, 0, 1})), {1.0 / 24, -1.0 / 12, -1.0 / 12, 1.0 / 6}, 1e-15));
}

TEST_CASE("cholesky: a NaN gives NaN") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(holds(cholesky(grid({2, 2}, {4, nan, 2, 10})), {nan, 0, nan, nan}));
}

TEST_CASE("cholesky: mistakes") {
  CHECK(sentence<ValueError>([] {
          cholesky(grid({2, 2}, {1, 2, 2, 1}));
        }) == "cholesky: x is not positive definite: the leading minor of order 2 is not; add a multiple of the identity");
  CHECK(sentence<ValueError>([] {
          cholesky(grid({3, 1, 1}, {1, 4, -1}));
        }) ==
        "cholesky: matrix 2 of the batch is not positive definite: the leading minor of order 1 is not; add a multiple of the identity");
  CHECK(sentence<ShapeError>([] { cholesky(ones({2, 3})); }) == "cholesky: x is [2, 3]; the last two sizes must be equal");
  CHECK(sentence<ShapeError>([] { cholesky(ones({3})); }) == "cholesky: x is [3]; a matrix needs two axes or more");
}
