#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("one_hot puts a last axis of classes") {
  CHECK(holds(one_hot(ints({2, 0}), 3), {0, 0, 1, 1, 0, 0}));
  CHECK(one_hot(ints({2, 0}), 3).dtype() == f32);
  CHECK(one_hot(tensor({1}), 2, boolean).dtype() == boolean);
  CHECK(one_hot(1, 2).shape() == Shape{2});
  CHECK(one_hot(zeros({0}, i64), 4).shape() == Shape{0, 4});
}

TEST_CASE("one_hot: mistakes") {
  CHECK(sentence<IndexError>([] { one_hot(ints({0, 3}), 3); }) == "one_hot: class 3 at position 1; it must lie in [0, 3)");
  CHECK(sentence<IndexError>([] { one_hot(ints({-1}), 3); }) == "one_hot: class -1 at position 0; it must lie in [0, 3)");
  CHECK(sentence<DtypeError>([] { one_hot(vec({0}), 3); }) == "one_hot: the indices are f64; they must be i32 or i64, cast them first");
  CHECK(sentence<ValueError>([] { one_hot(ints({0}), -3); }) == "one_hot: -3 classes; the count must be 0 or more");
}
