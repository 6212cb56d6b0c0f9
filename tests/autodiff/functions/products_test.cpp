#include <descent/tests/catch.hpp>

#include <descent/autodiff/functions/products.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("dot of vectors") {
  CHECK(dot(vec({1, 2, 3}), vec({4, 5, 6})).item<double>() == 32);
  CHECK(dot(vec({}), vec({})).item<double>() == 0);
  CHECK(holds(slope([](const Tensor& x) { return dot(x, x); }, vec({1, 2})), {2, 4}));
  CHECK(sentence<ShapeError>([] {
          dot(vec({1}), vec({1, 2}));
        }) == "dot: a is [1], b is [2]; both must be vectors of one size, use matmul otherwise");
}

TEST_CASE("outer of all elements") {
  CHECK(holds(outer(vec({1, 2}), vec({3, 4, 5})), {3, 4, 5, 6, 8, 10}));
  CHECK(outer(tensor({1, 2}), tensor({3})).dtype() == i32);
  CHECK(outer(zeros({0}), zeros({3})).shape() == Shape{0, 3});
  CHECK(outer(scalar(2), zeros({2, 2})).shape() == Shape{1, 4});
  CHECK(holds(slope([](const Tensor& x) { return outer(x, x); }, vec({1, 2})), {6, 6}));
}
