#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("concat joins along any axis") {
  const Tensor a = grid({2, 2}, {1, 2, 3, 4});
  const Tensor b = grid({2, 1}, {5, 6});
  CHECK(holds(concat({a, b}, 1), {1, 2, 5, 3, 4, 6}));
  CHECK(concat({a, b}, -1).shape() == Shape{2, 3});
  CHECK(holds(concat({a, a}), {1, 2, 3, 4, 1, 2, 3, 4}));
  CHECK(holds(concat({zeros({0}, f64), vec({1}), zeros({0}, f64)}), {1}));
  CHECK(concat({zeros({2, 0}), zeros({2, 0})}, 1).shape() == Shape{2, 0});
}

TEST_CASE("concat promotes") {
  const Tensor joined = concat({tensor({1, 2}), tensor({0.5}), tensor({true})});
  CHECK(joined.dtype() == f32);
  CHECK(holds(joined, {1, 2, 0.5, 1}));
}

TEST_CASE("concat: a tensor given twice gets both cotangents") {
  const auto twice = [](const Tensor& x) { return concat({x, square(x), x}); };
  CHECK(holds(slope(twice, vec({1, 2})), {4, 6}));
  CHECK(holds(hessian_times(twice, vec({1, 2}), vec({1, 1, 5, 7, 1, 1}), vec({1, 1})), {10, 14}));
}

TEST_CASE("concat of a constant and a variable") {
  CHECK(holds(slope([](const Tensor& x) { return concat({vec({9}), x, tensor({1, 2})}); }, vec({1, 2})), {1, 1}));
}

TEST_CASE("concat: mistakes") {
  CHECK(sentence<ShapeError>([] { concat({}); }) == "concat: no tensors were given; it needs at least one");
  CHECK(sentence<ShapeError>([] {
          concat({zeros({2, 3}), zeros({2, 4})});
        }) == "concat: input 1 is [2, 4], input 0 is [2, 3]; all sizes but that of axis 0 must be equal");
  CHECK(sentence<ShapeError>([] { concat({scalar(1), scalar(2)}); }) == "concat: input 0 is 0-d and has no axis to join along; use stack");
  CHECK(sentence<IndexError>([] { concat({zeros({2})}, 1); }) == "concat: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
}
