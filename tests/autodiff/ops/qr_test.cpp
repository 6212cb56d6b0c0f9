#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("qr: square, high, wide, empty") {
  for (const Shape& shape : {Shape{3, 3}, Shape{2, 5, 3}, Shape{3, 5}, Shape{1, 1}, Shape{4, 0}, Shape{0, 4}}) {
    Rng rng(1);
    const Tensor x = uniform(shape, rng, -1, 1, f64);
    const auto [q, r] = qr(x);
    const Index k = std::min(shape.back(0), shape.back(1));
    INFO(to_string(shape));
    CHECK(q.shape() == shape.with(shape.rank() - 1, k));
    CHECK(r.shape() == shape.with(shape.rank() - 2, k));
    CHECK(holds(matmul(q, r), list(x), 1e-14));
    CHECK(holds(matmul(q, q, {.transpose_a = true}), list(eye(k, -1, f64) + zeros(r.shape().with(r.rank() - 1, k), f64)), 1e-14));
    for (Index i = 0; i < k && shape.rank() == 2; ++i)
      for (Index j = 0; j < i; ++j) CHECK(slice(r, {i, j}).item<double>() == 0);
  }
  CHECK(holds(qr(grid({2, 1}, {3, 4})).r, {-5}, 1e-15));  // LAPACK's sign
}

TEST_CASE("qr: slopes through q and r, wide ones included") {
  Rng rng(2);
  for (const Shape& shape : {Shape{4, 2}, Shape{2, 2, 4}}) {
    const Tensor x = uniform(shape, rng, -1, 1, f64);
    CHECK(gradcheck([](const Tensor& y) { return sum(square(qr(y).q + 0.3)); }, x, {.order = 2}));
    CHECK(gradcheck([](const Tensor& y) { return sum(exp(qr(y).r)); }, x, {.order = 2}));
  }
}

TEST_CASE("qr: a NaN gives NaN; below the diagonal of r stays 0") {
  const double nan = std::nan("");
  CHECK(holds(qr(grid({2, 2}, {1, nan, 0, 1})).r, {nan, nan, 0, nan}));
}

TEST_CASE("qr: mistakes") {
  CHECK(sentence<ShapeError>([] { qr(ones({2})); }) == "qr: x is [2]; a matrix needs two axes or more");
}
