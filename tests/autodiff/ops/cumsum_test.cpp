#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("cumsum along any axis, from either end") {
  const Tensor x = grid({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(holds(cumsum(x, 0), {1, 2, 3, 5, 7, 9}));
  CHECK(holds(cumsum(x, -1), {1, 3, 6, 4, 9, 15}));
  CHECK(holds(cumsum(x, 1, {.reverse = true}), {6, 5, 3, 15, 11, 6}));
  CHECK(cumsum(zeros({2, 0}), 1).shape() == Shape{2, 0});
  CHECK(cumsum(tensor({true, true}), 0).dtype() == i64);
  CHECK(holds(cumsum(tensor({true, false, true}), 0), {1, 1, 2}));
  CHECK(cumsum(tensor({1.0, 2.0}), 0).dtype() == f32);
}

TEST_CASE("cumsum: the adjoint runs from the other end") {
  CHECK(holds(slope([](const Tensor& x) { return cumsum(x, 0); }, vec({1, 2, 3}), vec({1, 10, 100})), {111, 110, 100}));
  CHECK(holds(slope([](const Tensor& x) { return cumsum(x, 0, {.reverse = true}); }, vec({1, 2, 3}), vec({1, 10, 100})), {1, 11, 111}));
}

TEST_CASE("cumsum: mistakes") {
  CHECK(sentence<IndexError>([] { cumsum(vec({1}), 1); }) == "cumsum: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
}
