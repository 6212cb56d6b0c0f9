#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor line = vec({0, 1, 2, 3, 4});
const Tensor table = grid({2, 3}, {0, 1, 2, 3, 4, 5});

}  // namespace

TEST_CASE("slice: Python's rules along one axis") {
  CHECK(holds(slice(line, {Slice{1, 3}}), {1, 2}));
  CHECK(holds(slice(line, {Slice{}}), {0, 1, 2, 3, 4}));
  CHECK(holds(slice(line, {Slice{.stop = -1}}), {0, 1, 2, 3}));
  CHECK(holds(slice(line, {Slice{-2}}), {3, 4}));
  CHECK(holds(slice(line, {Slice{.step = 2}}), {0, 2, 4}));
  CHECK(holds(slice(line, {Slice{.step = -1}}), {4, 3, 2, 1, 0}));
  CHECK(holds(slice(line, {Slice{3, 0, -2}}), {3, 1}));
  CHECK(holds(slice(line, {Slice{-1, {}, -2}}), {4, 2, 0}));
  CHECK(holds(slice(line, {Slice{-100, 100}}), {0, 1, 2, 3, 4}));
  CHECK(holds(slice(line, {Slice{100, -100, -3}}), {4, 1}));
}

TEST_CASE("slice: what is cut away entirely is empty") {
  CHECK(slice(line, {Slice{3, 2}}).shape() == Shape{0});
  CHECK(slice(line, {Slice{5}}).shape() == Shape{0});
  CHECK(slice(line, {Slice{0, 3, -1}}).shape() == Shape{0});
  CHECK(slice(zeros({0, 3}), {Slice{.step = -1}}).shape() == Shape{0, 3});
  constexpr Index huge = std::numeric_limits<Index>::min();
  CHECK(holds(slice(line, {Slice{.step = huge}}), {4}));
  CHECK(holds(slice(line, {Slice{huge, std::numeric_limits<Index>::max()}}), {0, 1, 2, 3, 4}));
}

TEST_CASE("slice: a position drops its axis, and axes left out stay whole") {
  CHECK(holds(slice(table, {1}), {3, 4, 5}));
  CHECK(slice(table, {1}).shape() == Shape{3});
  CHECK(holds(slice(table, {Slice{}, -1}), {2, 5}));
  CHECK(slice(table, {1, 2}).shape() == Shape{});
  CHECK(slice(table, {1, 2}).item<double>() == 5);
  CHECK(slice(table, {Slice{1, 2}}).shape() == Shape{1, 3});
  CHECK(slice(table, {}).same_as(table));
}

TEST_CASE("slice keeps any dtype") {
  CHECK(slice(tensor({true, false, true}), {Slice{.step = -1}}).to_vector<bool>() == std::vector<bool>{true, false, true});
  CHECK(slice(tensor({1, 2, 3}), {Slice{1}}).dtype() == i32);
}

TEST_CASE("slice: the cotangent goes back to its places, and overwritten ones get none") {
  CHECK(holds(slope([](const Tensor& x) { return slice(x, {Slice{.step = 2}}); }, line), {1, 0, 1, 0, 1}));
  CHECK(holds(slope([](const Tensor& x) { return square(slice(x, {Slice{3, 0, -2}})); }, line), {0, 2, 0, 6, 0}));
  CHECK(holds(hessian_times(
                  [](const Tensor& x) {
                    return square(slice(x, {Slice{1, 3}}));
                  },
                  line, ones({2}, f64), ones({5}, f64)),
              {0, 2, 2, 0, 0}));
}

TEST_CASE("place: between zeros, and slice is its adjoint") {
  CHECK(holds(place(vec({7, 8}), {3}, {-2}, {5}), {0, 8, 0, 7, 0}));
  CHECK(holds(place(zeros({0}, f64), {0}, {1}, {2}), {0, 0}));
  CHECK(holds(slope([](const Tensor& x) { return place(x, {3}, {-2}, {5}); }, vec({7, 8}), line), {3, 1}));
}

TEST_CASE("slice: mistakes") {
  CHECK(sentence<IndexError>([] { slice(table, {2}); }) == "slice: position 2 on axis 0 of [2, 3]; it must lie in [-2, 2)");
  CHECK(sentence<IndexError>([] { slice(table, {0, -4}); }) == "slice: position -4 on axis 1 of [2, 3]; it must lie in [-3, 3)");
  CHECK(sentence<IndexError>([] { slice(line, {0, 0}); }) == "slice: 2 slices for [5], which has 1 axes");
  CHECK(sentence<ValueError>([] { slice(line, {Slice{.step = 0}}); }) ==
        "slice: the step is 0; it must be positive, or negative to run backwards");
  CHECK(sentence<IndexError>([] { slice(line, {1}, {2}, {3}); }) ==
        "slice: 3 positions from 1 by 2 on axis 0 of [5]; they must be different and lie in [0, 5)");
  CHECK(sentence<IndexError>([] { place(line, {0}, {0}, {5}); }) ==
        "place: 5 positions from 0 by 0 on axis 0 of [5]; they must be different and lie in [0, 5)");
  CHECK(sentence<ShapeError>([] { slice(table, {1}, {1}, {1}); }) ==
        "slice: 1 starts, 1 steps and 1 sizes for [2, 3]; give one of each for each of its 2 axes");
}

TEST_CASE("slice: the error names the line of the call") {
  try {
    slice(table, {2});
    FAIL("nothing was thrown");
  } catch (const IndexError& error) { CHECK(std::string(error.where().file_name()).ends_with("slice_test.cpp")); }
}
