#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double nan_ = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("argsort: stable, NaN last in both directions, -0 equal to 0") {
  CHECK(holds(argsort(vec({3, 1, 2})), {1, 2, 0}));
  CHECK(holds(argsort(vec({1, 1, 0}), 0, {.descending = true}), {0, 1, 2}));
  CHECK(holds(argsort(vec({0.0, -0.0, -1})), {2, 0, 1}));
  CHECK(holds(argsort(vec({nan_, 2, nan_, 1})), {3, 1, 0, 2}));
  CHECK(holds(argsort(vec({nan_, 2, nan_, 3}), 0, {.descending = true}), {3, 1, 0, 2}));
  CHECK(holds(argsort(grid({2, 2}, {3, 1, 2, 4}), 0), {1, 0, 0, 1}));
  CHECK(holds(argsort(tensor({true, false})), {1, 0}));
  CHECK(holds(argsort(tensor({-5, 7, -6}), 0, {.descending = true}), {1, 0, 2}));
  CHECK(argsort(vec({1})).dtype() == i64);
  CHECK(argsort(zeros({2, 0})).shape() == Shape{2, 0});
}

TEST_CASE("argsort: only the first so many") {
  CHECK(holds(argsort(vec({5, 3, 9, 3, 7, 1, 8, 2, 6}), 0, {.count = 2}), {5, 7}));
  CHECK(holds(argsort(vec({5, 9, 9}), 0, {.descending = true, .count = 2}), {1, 2}));
  CHECK(argsort(vec({5, 9}), 0, {.count = 0}).shape() == Shape{0});
}

TEST_CASE("searchsorted: where values would go") {
  const Tensor rows = vec({1, 3, 3, 5});
  CHECK(holds(searchsorted(rows, vec({0, 3, 4, 6, nan_})), {0, 1, 3, 4, 4}));
  CHECK(holds(searchsorted(rows, vec({0, 3, 4, 6}), Side::right), {0, 3, 3, 4}));
  CHECK(searchsorted(rows, 3).shape() == Shape{});
  CHECK(holds(searchsorted(grid({2, 2}, {0, 1, 5, 6}), grid({2, 1}, {1, 6})), {1, 1}));
  CHECK(holds(searchsorted(tensor({1, 2}), tensor({1.5})), {1}));
  CHECK(searchsorted(rows, zeros({0}, f64)).shape() == Shape{0});
}

TEST_CASE("argsort and searchsorted: mistakes") {
  CHECK(sentence<ValueError>([] {
          argsort(vec({1, 2}), 0, {.count = 3});
        }) == "argsort: the first 3 of axis 0 of [2]; the count must lie in [0, 2]");
  CHECK(sentence<ValueError>([] {
          argsort(vec({1, 2}), 0, {.count = -1});
        }) == "argsort: the first -1 of the order; the count must be 0 or more");
  CHECK(sentence<IndexError>([] { argsort(vec({1}), 1); }) == "argsort: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
  CHECK(sentence<ShapeError>([] {
          searchsorted(zeros({2, 3}), zeros({3, 3}));
        }) == "searchsorted: the ordered rows are [2, 3], the values [3, 3]; all sizes but the last must be equal, or the rows be one");
  CHECK(sentence<ShapeError>([] { searchsorted(1.0, zeros({3})); }) == "searchsorted: the ordered numbers are 0-d; they need an axis");
}
