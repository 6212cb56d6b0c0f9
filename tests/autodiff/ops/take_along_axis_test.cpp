#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor table = grid({2, 3}, {1, 2, 3, 4, 5, 6});

}  // namespace

TEST_CASE("take_along_axis picks at the same position of the other axes") {
  CHECK(holds(take_along_axis(table, tensor({{2}, {0}}), 1), {3, 4}));
  CHECK(holds(take_along_axis(table, tensor({{1, -2, 0}}), 0), {4, 2, 3}));
  CHECK(take_along_axis(table, zeros({2, 0}, i64), 1).shape() == Shape{2, 0});
}

TEST_CASE("take_along_axis: duplicates accumulate") {
  const auto pick = [](const Tensor& x) { return square(take_along_axis(x, ints({0, 0, 2}), 0)); };
  CHECK(holds(slope(pick, vec({1, 2, 3})), {4, 0, 6}));
  CHECK(holds(hessian_times(pick, vec({1, 2, 3}), vec({1, 2, 3}), vec({1, 1, 1})), {6, 0, 6}));
}

TEST_CASE("scatter_sum adds where the indices say") {
  CHECK(holds(scatter_sum(table, tensor({{0, 0, 1}, {2, 2, 2}}), 3, 1), {3, 3, 0, 0, 0, 15}));
  CHECK(holds(slope([](const Tensor& x) { return scatter_sum(x, ints({1, 1}), 2, 0); }, vec({5, 6}), vec({10, 20})), {20, 20}));
}

TEST_CASE("take_along_axis: mistakes") {
  CHECK(sentence<ShapeError>([] { take_along_axis(table, ints({0}), 1); }) ==
        "take_along_axis: the indices are [1], x is [2, 3]; all sizes but that of axis 1 must be equal");
  CHECK(sentence<IndexError>([] {
          take_along_axis(table, tensor({{3}, {0}}), 1);
        }) == "take_along_axis: index 3 at position [0, 0] of the indices is outside axis 1 of [2, 3]; it must lie in [-3, 3)");
  CHECK(sentence<DtypeError>([] { take_along_axis(table, table, 1); }) ==
        "take_along_axis: the indices are f64; they must be i32 or i64, cast them first");
  CHECK(sentence<ShapeError>([] { scatter_sum(table, ints({0}), 2, 1); }) ==
        "scatter_sum: the indices are [1], x is [2, 3]; the shapes must be equal");
  CHECK(sentence<ValueError>([] { scatter_sum(vec({1}), ints({0}), -2, 0); }) == "scatter_sum: a size of -2; it must be 0 or more");
  CHECK(sentence<IndexError>([] { scatter_sum(vec({1}), ints({4}), 2, 0); }) ==
        "scatter_sum: index 4 at position [0] of the indices is outside axis 0 of [2]; it must lie in [-2, 2)");
}
