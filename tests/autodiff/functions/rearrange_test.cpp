#include <descent/autodiff/functions/rearrange.hpp>

#include <cmath>

#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("rot90: quarter turns") {
  const Tensor m = grid({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(holds(rot90(m), {3, 6, 2, 5, 1, 4}));
  CHECK(rot90(m).shape() == Shape{3, 2});
  CHECK(holds(rot90(m, 2), {6, 5, 4, 3, 2, 1}));
  CHECK(holds(rot90(m, 3), {4, 1, 5, 2, 6, 3}));
  CHECK(holds(rot90(m, -1), list(rot90(m, 3))));
  CHECK(holds(rot90(m, -3, 1, 0), list(rot90(m, -1))));
  CHECK(holds(rot90(rot90(m, 3), 5), {1, 2, 3, 4, 5, 6}));
  CHECK(holds(slope([](const Tensor& x) { return rot90(x) * grid({3, 2}, {1, 2, 3, 4, 5, 6}); }, m), {5, 3, 1, 6, 4, 2}));
  CHECK(sentence<ShapeError>([&] { rot90(m, 1, 1, -1); }) == "rot90: both axes are axis 1; a turn needs two");
}

TEST_CASE("windows: on a new last axis, what overlaps adds up") {
  CHECK(holds(windows(vec({1, 2, 3, 4, 5}), 3, 2), {1, 2, 3, 3, 4, 5}));
  CHECK(holds(windows(vec({1, 2, 3, 4}), 2, 2), {1, 2, 3, 4}));
  CHECK(windows(ones({2, 5, 3}), 2, 1, 1).shape() == Shape{2, 4, 3, 2});
  CHECK(holds(windows(grid({3, 2}, {1, 2, 3, 4, 5, 6}), 2, 1, 0), {1, 3, 2, 4, 3, 5, 4, 6}));
  CHECK(holds(slope([](const Tensor& x) { return windows(x, 3, 2); }, vec({1, 2, 3, 4, 5, 6})), {1, 1, 2, 1, 1, 0}));
  CHECK(sentence<ShapeError>([] { windows(ones({2, 3}), 4); }) == "windows: axis 1 of [2, 3] is shorter than a window of 4");
  CHECK(sentence<ValueError>([] { windows(ones({3}), 2, 0); }) == "windows: of size 2, 0 apart; both must be at least 1");
}

TEST_CASE("repeat_interleave: each element as often as said") {
  CHECK(holds(repeat_interleave(vec({1, 2, 3}), {2, 0, 1}), {1, 1, 3}));
  CHECK(holds(repeat_interleave(grid({2, 2}, {1, 2, 3, 4}), {1, 2}, 1), {1, 2, 2, 3, 4, 4}));
  CHECK(holds(slope([](const Tensor& x) { return repeat_interleave(x, {2, 0, 1}); }, vec({1, 2, 3})), {2, 0, 1}));
  CHECK(sentence<ShapeError>([] { repeat_interleave(ones({3}), {1}); }) ==
        "repeat_interleave: 1 counts for axis 0 of [3]; give one for each of its 3 elements");
  CHECK(sentence<ValueError>([] {
          repeat_interleave(ones({2}), {1, -1});
        }) == "repeat_interleave: element 1 -1 times; a count must be 0 or more");
}

TEST_CASE("unbind: along an axis") {
  const std::vector<Tensor> columns = unbind(grid({2, 3}, {1, 2, 3, 4, 5, 6}), 1);
  REQUIRE(columns.size() == 3);
  CHECK(holds(columns[1], {2, 5}));
  CHECK(columns[1].shape() == Shape{2});
  CHECK(unbind(zeros({0, 2})).empty());
  CHECK_THROWS_AS(unbind(scalar(1)), IndexError);
}

TEST_CASE("broadcast_tensors and meshgrid") {
  const std::vector<Tensor> both = broadcast_tensors({grid({2, 1}, {1, 2}), vec({3, 4, 5})});
  CHECK(holds(both[0], {1, 1, 1, 2, 2, 2}));
  CHECK(holds(both[1], {3, 4, 5, 3, 4, 5}));
  CHECK_THROWS_AS(broadcast_tensors({ones({2}), ones({3})}), ShapeError);
  CHECK(broadcast_tensors({}).empty());
  const std::vector<Tensor> points = meshgrid({vec({1, 2}), vec({3, 4, 5})});
  CHECK(holds(points[0], {1, 1, 1, 2, 2, 2}));
  CHECK(holds(points[1], {3, 4, 5, 3, 4, 5}));
  CHECK(meshgrid({ones({2}), scalar(1), ones({3})})[0].shape() == Shape{2, 1, 3});
  CHECK(sentence<ShapeError>([] { meshgrid({ones({2, 2})}); }) == "meshgrid: input 0 is [2, 2]; it must be 1-d or 0-d");
}

TEST_CASE("block_diag: zeros elsewhere") {
  CHECK(holds(block_diag({grid({1, 2}, {1, 2}), grid({2, 1}, {3, 4})}), {1, 2, 0, 0, 0, 3, 0, 0, 4}));
  CHECK(holds(block_diag({scalar(5, f64), vec({6, 7})}), {5, 0, 0, 0, 6, 7}));
  CHECK(holds(slope([](const Tensor& x) { return block_diag({x, x}) * grid({2, 2}, {1, 9, 9, 2}); }, grid({1, 1}, {4})), {3}));
  CHECK(sentence<ShapeError>([] { block_diag({}); }) == "block_diag: no tensors were given; it needs at least one");
  CHECK(sentence<ShapeError>([] { block_diag({ones({1, 1, 1})}); }) == "block_diag: input 0 is [1, 1, 1]; it must have at most two axes");
}

TEST_CASE("tri and logspace") {
  CHECK(holds(tri(2, 3), {1, 0, 0, 1, 1, 0}));
  CHECK(holds(tri(2, 2, 1), {1, 1, 1, 1}));
  CHECK(holds(tri(2, 2, -1, f64), {0, 0, 1, 0}));
  CHECK(tri(1, 1, 0, boolean).dtype() == boolean);
  CHECK(holds(logspace(0, 3, 4, {.dtype = f64}), {1, 10, 100, 1000}, 1e-15));
  CHECK(holds(logspace(-1, 1, 3, {.base = 2}), {0.5, 1, 2}));
  CHECK(logspace(0, 1, 0).shape() == Shape{0});
  CHECK(sentence<ValueError>([] { logspace(0, 1, 2, {.base = 0}); }) == "logspace: the base is 0.000000; it must be finite and above 0");
  CHECK_THROWS_AS(logspace(0, 1, -1), ValueError);
}
