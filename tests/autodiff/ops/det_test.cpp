#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("det: values, the empty matrix, products that would overflow on the way") {
  CHECK(holds(det(grid({2, 2}, {1, 2, 3, 4})), {-2}, 1e-15));
  CHECK(holds(det(grid({2, 1, 1}, {3, -4})), {3, -4}));
  CHECK(holds(det(zeros({2, 0, 0}, f64)), {1, 1}));
  CHECK(holds(det(grid({4, 4}, {1e200, 0, 0, 0, 0, 1e200, 0, 0, 0, 0, 1e-200, 0, 0, 0, 0, 1e-200})), {1}, 1e-13));
  CHECK(holds(det(grid({2, 2}, {1, 2, 2, 4})), {0}));
  CHECK(std::isnan(det(grid({1, 1}, {std::nan("")})).item<double>()));
}

TEST_CASE("det: the slope is the matrix of cofactors, also of singular matrices") {
  CHECK(holds(slope(det, grid({2, 2}, {1, 2, 3, 4})), {4, -3, -2, 1}, 1e-14));
  CHECK(holds(slope(det, grid({2, 2}, {1, 2, 2, 4})), {4, -2, -2, 1}, 1e-14));
  CHECK(holds(slope(det, zeros({3, 3}, f64)), std::vector<double>(9, 0)));
  CHECK(holds(slope(det, grid({3, 3}, {2, 0, 0, 0, 3, 0, 0, 0, 0})), {0, 0, 0, 0, 0, 0, 0, 0, 6}, 1e-14));
  CHECK(holds(slope(det, zeros({1, 1}, f64)), {1}));
}

TEST_CASE("det: second derivatives at singular matrices") {
  const Tensor h = grid({2, 2}, {1, 10, 100, 1000});
  CHECK(holds(hessian_times(det, grid({2, 2}, {1, 2, 2, 4}), ones({}, f64), h), {1000, -100, -10, 1}, 1e-12));
  CHECK(holds(hessian_times(det, zeros({2, 2}, f64), ones({}, f64), h), {1000, -100, -10, 1}, 1e-12));
  const Tensor three = grid({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(gradcheck([](const Tensor& x) { return det(x); }, three, {.order = 2}));
}

TEST_CASE("det: the third derivative at the identity, where all singular values are equal") {
  // det = x00 x11 x22 + ...: d3 det along the diagonal three times is 6
  const auto second = [](const Tensor& x) { return sum(eye(3, -1, f64) * hessian_times(det, x, ones({}, f64), eye(3, -1, f64))); };
  CHECK(second(eye(3, -1, f64)).item<double>() == Approx(6));
  CHECK(holds(slope(second, eye(3, -1, f64)), {2, 0, 0, 0, 2, 0, 0, 0, 2}, 1e-12));
}

TEST_CASE("cofactors: of invertible and singular matrices") {
  CHECK(holds(cofactors(grid({2, 2}, {1, 2, 3, 4})), {4, -3, -2, 1}, 1e-14));
  CHECK(holds(cofactors(grid({2, 2, 2}, {1, 2, 2, 4, 0, 0, 0, 0})), {4, -2, -2, 1, 0, 0, 0, 0}, 1e-14));
  CHECK(holds(cofactors(grid({1, 1}, {0})), {1}));
  CHECK(cofactors(zeros({0, 0}, f64)).shape() == Shape{0, 0});
  CHECK(holds(cofactors(grid({2, 2}, {1, std::numeric_limits<double>::infinity(), 0, 1})), std::vector<double>(4, std::nan(""))));
}

TEST_CASE("det and cofactors: mistakes") {
  CHECK(sentence<ShapeError>([] { det(ones({2, 3})); }) == "det: x is [2, 3]; the last two sizes must be equal");
  CHECK(sentence<ShapeError>([] { cofactors(ones({2})); }) == "cofactors: x is [2]; a matrix needs two axes or more");
}
