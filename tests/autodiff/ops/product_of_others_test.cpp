#include <descent/autodiff/ops/product_of_others.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("product_of_others: along the last axis") {
  CHECK(holds(product_of_others(grid({2, 3}, {1, 2, 3, 4, 0, 6})), {6, 3, 2, 0, 24, 0}));
  CHECK(holds(product_of_others(grid({2, 1}, {5, 0})), {1, 1}));
  CHECK(product_of_others(tensor({2, 3})).dtype() == f32);
  CHECK(product_of_others(zeros({2, 0})).shape() == Shape{2, 0});
}

TEST_CASE("product_of_others: its slope is right at zeros, of every length") {
  const auto f = [](const Tensor& x) { return product_of_others(x); };
  // u . (y z, x z, x y): to x it is u_y z + u_z y
  CHECK(holds(slope(f, vec({2, 0, 3}), vec({1, 10, 100})), {30, 203, 20}));
  CHECK(holds(slope(f, vec({0, 0, 0}), vec({1, 10, 100})), {0, 0, 0}));
  CHECK(holds(slope(f, vec({3}), vec({1})), {0}));
  for (Index n = 2; n <= 17; ++n)
    CHECK(holds(slope(f, ones({n}, f64), ones({n}, f64)), std::vector<double>(static_cast<std::size_t>(n), static_cast<double>(n - 1))));
}

TEST_CASE("product_of_others: mistakes") {
  CHECK(sentence<ShapeError>([] { product_of_others(scalar(1)); }) == "product_of_others: x is 0-d; it needs an axis");
}
