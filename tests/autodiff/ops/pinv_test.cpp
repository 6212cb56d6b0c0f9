#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("pinv: inverse where there is one, of high, wide and deficient matrices") {
  CHECK(holds(pinv(grid({2, 2}, {1, 2, 3, 4})), {-2, 1, 1.5, -0.5}, 1e-14));
  CHECK(holds(pinv(grid({2, 1}, {3, 4})), {0.12, 0.16}, 1e-15));
  CHECK(holds(pinv(grid({1, 2}, {3, 4})), {0.12, 0.16}, 1e-15));
  CHECK(holds(pinv(grid({2, 2}, {1, 2, 2, 4})), {0.04, 0.08, 0.08, 0.16}, 1e-15));
  CHECK(holds(pinv(zeros({2, 3}, f64)), std::vector<double>(6, 0)));
  CHECK(pinv(zeros({2, 0, 3}, f64)).shape() == Shape{2, 3, 0});
  CHECK(holds(pinv(grid({2, 2}, {1, 0, 0, 1e-3}), {.rtol = 1e-2}), {1, 0, 0, 0}));
  CHECK(holds(pinv(grid({1, 1}, {std::nan("")})), {std::nan("")}));
}

TEST_CASE("pinv: slopes at equal singular values, where those of svd are NaN") {
  const auto f = [](const Tensor& x) { return sum(square(pinv(x) + 0.5)); };
  CHECK(gradcheck(f, eye(3, 2, f64), {.order = 2}));
  CHECK(gradcheck(f, eye(2, 3, f64), {.order = 2}));
  CHECK(holds(slope([](const Tensor& x) { return pinv(x); }, 2.0 * eye(2, -1, f64)), std::vector<double>(4, -0.25), 1e-15));
}

TEST_CASE("pinv: mistakes") {
  CHECK(sentence<ValueError>([] { pinv(ones({2, 2}), {.rtol = -1}); }) == "pinv: rtol is -1; it must be 0 or more");
  CHECK(sentence<ShapeError>([] { pinv(ones({2})); }) == "pinv: x is [2]; a matrix needs two axes or more");
}
