#include <descent/autodiff/ops/standardise.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("standardise: value, mean and variance over the axes named") {
  const double unit = std::sqrt(1.5);  // (x - mean) / deviation of 1, 2, 3
  const auto [value, mean, variance] = standardise(grid({2, 3}, {1, 2, 3, 30, 20, 10}), -1, 0);
  CHECK(holds(value, {-unit, 0, unit, unit, 0, -unit}, 1e-15));
  CHECK(mean.shape() == Shape{2, 1});
  CHECK(holds(mean, {2, 20}));
  CHECK(holds(variance, {2.0 / 3, 200.0 / 3}, 1e-15));
  CHECK(holds(standardise(grid({2, 2}, {-1, 5, 1, 5}), 0, 3).value, {-0.5, 0, 0.5, 0}));
  const Standardised apart = standardise(grid({2, 2, 2}, {1, 2, 10, 20, 3, 4, 30, 40}), Axes{0, 2}, 1);
  CHECK(apart.mean.shape() == Shape{1, 2, 1});
  CHECK(holds(apart.mean, {2.5, 25}));
  CHECK(holds(slice(apart.value, {Slice{}, 0}), list(standardise(vec({1, 2, 3, 4}), 0, 1).value), 1e-15));
}

TEST_CASE("standardise: dtypes, and shapes without elements") {
  CHECK(standardise(tensor({1, 2}), 0, 1).value.dtype() == f32);
  CHECK(standardise(zeros({0, 3}), 1, 1).mean.shape() == Shape{0, 1});
  const Standardised none = standardise(zeros({2, 0}, f64), 1, 1);
  CHECK(none.value.shape() == Shape{2, 0});
  CHECK(holds(none.variance, {std::nan(""), std::nan("")}));
  CHECK(holds(standardise(scalar(7, f64), Axes(), 1).value, {0}));
}

TEST_CASE("standardise: slopes of mean and variance in closed form") {
  const Tensor x = vec({1, 2, 6});  // mean 3
  CHECK(holds(slope([](const Tensor& at) { return standardise(at, 0, 1).mean; }, x, vec({1})), {1.0 / 3, 1.0 / 3, 1.0 / 3}, 1e-15));
  CHECK(holds(slope([](const Tensor& at) { return standardise(at, 0, 1).variance; }, x, vec({3})), {-4, -2, 6}, 1e-14));
}

TEST_CASE("standardise: a cotangent of 0 absorbs, where a constant without eps has no value") {
  const Tensor x = grid({2, 2}, {3, 3, -1, 1});
  const auto f = [](const Tensor& at) { return standardise(at, -1, 0).value; };
  CHECK(holds(f(x), {std::nan(""), std::nan(""), -1, 1}));
  CHECK(holds(slope([&](const Tensor& at) { return slice(f(at), {1}); }, x, vec({1, 1})), {0, 0, 0, 0}));
  CHECK(holds(hessian_times([&](const Tensor& at) { return slice(f(at), {1}); }, x, vec({1, 1}), ones({2, 2}, f64)), {0, 0, 0, 0}));
}

TEST_CASE("standardise: mistakes") {
  CHECK(sentence<IndexError>([] { standardise(zeros({2}), 1, 1); }) ==
        "standardise: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
  CHECK(sentence<ShapeError>([] {
          standardise_adjoint(zeros({2, 3}), zeros({2}), zeros({2, 3}), -1);
        }) == "standardise_adjoint: the scale is [2] and the cotangent [2, 3] for y [2, 3]; they must be [2, 1] and [2, 3]");
}
