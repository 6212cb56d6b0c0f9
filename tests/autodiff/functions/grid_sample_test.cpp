#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/functions/grid_sample.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("grid_sample at the elements gives them, and its slope is theirs") {
  const Tensor x = grid({1, 1, 2, 2}, {1, 2, 3, 5});
  const Tensor identity = affine_grid(grid({1, 2, 3}, {1, 0, 0, 0, 1, 0}), {2, 2});
  CHECK(holds(identity, {-0.5, -0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5}));
  for (const auto by : {Interpolation::nearest_exact, Interpolation::linear, Interpolation::cubic})
    CHECK(holds(grid_sample(x, identity, {.by = by}), {1, 2, 3, 5}));
  const Tensor middle = grid({1, 1, 1, 2}, {0, 0});
  CHECK(holds(grid_sample(x, middle), {2.75}));
  CHECK(holds(slope([&](const Tensor& at) { return grid_sample(x, at); }, middle), {1.5, 2.5}));
  CHECK(holds(slope([&](const Tensor& at) { return grid_sample(at, middle); }, x), {0.25, 0.25, 0.25, 0.25}));
}

TEST_CASE("grid_sample outside, at NaN, and beside an infinity") {
  const Tensor x = grid({1, 1, 1, 2}, {1, 2}), far = grid({1, 1, 1, 2}, {3, 0});
  CHECK(holds(grid_sample(x, far), {0}));
  CHECK(holds(grid_sample(x, far, {.outside = Outside::border}), {2}));
  CHECK(holds(grid_sample(x, far, {.outside = Outside::reflection}), {1}));
  CHECK(holds(slope([&](const Tensor& at) { return grid_sample(x, at, {.outside = Outside::border}); }, far), {0, 0}));
  CHECK(std::isnan(grid_sample(x, grid({1, 1, 1, 2}, {std::nan(""), 0})).item<double>()));
  const Tensor infinite = grid({1, 1, 1, 2}, {1, std::numeric_limits<double>::infinity()});
  CHECK(holds(grid_sample(infinite, grid({1, 1, 1, 2}, {-0.5, 0})), {1}));
  CHECK(grid_sample(zeros({1, 1, 2, 2, 2}), zeros({1, 3, 4, 5, 3})).shape() == Shape{1, 1, 3, 4, 5});
  CHECK(grid_sample(zeros({0, 1, 2, 2}), zeros({0, 3, 4, 2})).shape() == Shape{0, 1, 3, 4});
}

TEST_CASE("grid_sample and affine_grid say what does not fit") {
  CHECK(
      sentence<ShapeError>([] {
        grid_sample(zeros({1, 1, 2, 2}), zeros({1, 2, 2, 3}));
      }) ==
      "grid_sample: x is [1, 1, 2, 2], the grid [1, 2, 2, 3]; x must be [n, c, h, w] with a grid of [n, a, b, 2], or [n, c, d, h, w] with "
      "one of [n, a, b, e, 3]");
  CHECK(sentence<ValueError>([] {
          grid_sample(zeros({1, 1, 2, 2}), zeros({1, 2, 2, 2}), {.by = Interpolation::area});
        }) == "grid_sample: it interpolates by nearest_exact or linear, and by cubic on two axes");
  CHECK(sentence<ShapeError>([] {
          affine_grid(zeros({1, 2, 2}), {2, 2});
        }) == "affine_grid: theta is [1, 2, 2] for 2 sizes; it must be [n, 2, 3] for {h, w}, or [n, 3, 4] for {d, h, w}");
}
