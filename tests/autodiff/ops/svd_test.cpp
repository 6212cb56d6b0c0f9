#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {
Tensor values_of(const Tensor& x) { return svd(x).s; }
}  // namespace

TEST_CASE("svd: descending values, orthonormal factors, high, wide and empty") {
  for (const Shape& shape : {Shape{3, 3}, Shape{2, 5, 3}, Shape{3, 5}, Shape{1, 1}, Shape{4, 0}, Shape{0, 4}}) {
    Rng rng(1);
    const Tensor x = uniform(shape, rng, -1, 1, f64);
    const auto [u, s, vt] = svd(x);
    INFO(to_string(shape));
    CHECK(s.shape().back() == std::min(shape.back(0), shape.back(1)));
    CHECK(holds(matmul(u * reshape(s, s.shape().inserted(s.rank() - 1, 1)), vt), list(x), 1e-14));
  }
  const auto [u, s, vt] = svd(grid({2, 2}, {0, -2, 3, 0}));
  CHECK(holds(s, {3, 2}, 1e-15));
  CHECK(holds(u, {0, 1, 1, 0}, 1e-15));  // the largest component of each column is positive
  CHECK(holds(vt, {1, 0, 0, -1}, 1e-15));
  CHECK(holds(values_of(grid({1, 2}, {1, std::nan("")})), {std::nan("")}));
}

TEST_CASE("svd: the slope of a singular value is u v^T") {
  CHECK(holds(slope(values_of, grid({2, 2}, {0, -2, 3, 0}), vec({1, 0})), {0, 0, 1, 0}, 1e-15));
  CHECK(holds(slope(values_of, grid({2, 2}, {0, -2, 3, 0}), vec({0, 1})), {0, -1, 0, 0}, 1e-15));
}

TEST_CASE("svd: equal singular values, and 0: finite from values alone, not from vectors") {
  const Tensor one = eye(2, -1, f64);
  CHECK(holds(slope(values_of, one), list(one), 1e-15));
  const auto finite = [](const Tensor& x) {
    for (const double s : list(x))
      if (!std::isfinite(s)) return false;
    return true;
  };
  CHECK(finite(slope(values_of, zeros({3, 2}, f64))));
  CHECK_FALSE(finite(slope([](const Tensor& x) { return svd(x).u; }, one, grid({2, 2}, {1, 2, 3, 4}))));
  CHECK(finite(slope([](const Tensor& x) { return svd(x).u; }, grid({2, 2}, {1, 0, 0, 2}), grid({2, 2}, {1, 2, 3, 4}))));
}

TEST_CASE("svd: mistakes") {
  CHECK(sentence<ShapeError>([] { svd(ones({2})); }) == "svd: x is [2]; a matrix needs two axes or more");
}
