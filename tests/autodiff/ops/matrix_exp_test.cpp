#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("matrix_exp: diagonal, nilpotent, a rotation, any size of the norm") {
  CHECK(holds(matrix_exp(grid({2, 2}, {1, 0, 0, -2})), {std::exp(1.0), 0, 0, std::exp(-2.0)}, 1e-15));
  CHECK(holds(matrix_exp(grid({2, 2}, {0, 3, 0, 0})), {1, 3, 0, 1}, 1e-15));
  for (const double angle : {1e-9, 0.01, 0.2, 0.9, 2.0, 5.0, 40.0}) {
    INFO(angle);
    CHECK(holds(matrix_exp(grid({2, 2}, {0, -angle, angle, 0})), {std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle)},
                2e-14));
  }
  CHECK(holds(matrix_exp(zeros({2, 1, 1}, f64)), {1, 1}));
  CHECK(matrix_exp(zeros({2, 0, 0}, f64)).shape() == Shape{2, 0, 0});
  CHECK(holds(matrix_exp(grid({1, 1}, {std::nan("")})), {std::nan("")}));
  CHECK(holds(matrix_exp(grid({1, 1}, {1e308})), {std::numeric_limits<double>::infinity()}));
}

TEST_CASE("matrix_exp: the slope does not depend on the size of the cotangent") {
  const Tensor x = grid({2, 2}, {0.5, -1, 0.25, 1}), ct = grid({2, 2}, {1, 2, -3, 4});
  const std::vector<double> once = list(slope(matrix_exp, x, ct));
  std::vector<double> large = list(slope(matrix_exp, x, 0x1p40 * ct));
  for (double& s : large) s = std::ldexp(s, -40);
  CHECK(large == once);
  CHECK(gradcheck([](const Tensor& y) { return sum(square(matrix_exp(y))); }, x, {.order = 2}));
}

TEST_CASE("matrix_exp: mistakes") {
  CHECK(sentence<ShapeError>([] { matrix_exp(ones({2, 3})); }) == "matrix_exp: x is [2, 3]; the last two sizes must be equal");
}
