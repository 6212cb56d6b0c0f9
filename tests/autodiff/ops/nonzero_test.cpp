#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("nonzero lists positions in row-major order") {
  const Tensor x = grid({2, 3}, {0, 1, 2, 0, 0, 3});
  CHECK(nonzero(x).shape() == Shape{3, 2});
  CHECK(holds(nonzero(x), {0, 1, 0, 2, 1, 2}));
  CHECK(nonzero(x).dtype() == i64);
  CHECK(nonzero(zeros({3})).shape() == Shape{0, 1});
  CHECK(nonzero(scalar(1)).shape() == Shape{1, 0});
}

TEST_CASE("nonzero of a fixed size cuts or fills up") {
  const Tensor x = vec({0, 1, 1});
  CHECK(holds(nonzero(x, {.size = 1}), {1}));
  CHECK(holds(nonzero(x, {.size = 4, .fill = -1}), {1, 2, -1, -1}));
  CHECK(nonzero(x, {.size = 0}).shape() == Shape{0, 1});
}

TEST_CASE("nonzero: an abstract tensor needs the fixed form") {
  const Tensor x = abstract_tensor({2, 3}, f32);
  CHECK(sentence<AbstractError>([&] { nonzero(x); }) ==
        "nonzero: the size of the result depends on the values of x, which is abstract, [2, 3] without values, because a function is "
        "being traced; fix it with nonzero(x, {.size = n}), or use where");
  CHECK(nonzero(x, {.size = 4}).shape() == Shape{4, 2});
  CHECK(sentence<ValueError>([&] { nonzero(x, {.size = -1}); }) == "nonzero: size -1; it must be 0 or more");
}
