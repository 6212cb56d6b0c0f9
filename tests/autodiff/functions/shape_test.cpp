#include <descent/tests/catch.hpp>

#include <descent/autodiff/functions/shape.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor table = grid({2, 3}, {1, 2, 3, 4, 5, 6});
const Tensor line = vec({1, 2, 3, 4, 5});

}  // namespace

TEST_CASE("squeeze, expand_dims, flatten, moveaxis") {
  const Tensor x = zeros({1, 3, 1, 2});
  CHECK(squeeze(x).shape() == Shape{3, 2});
  CHECK(squeeze(x, -2).shape() == Shape{1, 3, 2});
  CHECK(squeeze(x, Axes{0, 2}).shape() == Shape{3, 2});
  CHECK(expand_dims(table, 0).shape() == Shape{1, 2, 3});
  CHECK(expand_dims(table, Axes{0, -1}).shape() == Shape{1, 2, 3, 1});
  CHECK(flatten(x).shape() == Shape{6});
  CHECK(flatten(x, 1, 2).shape() == Shape{1, 3, 2});
  CHECK(flatten(scalar(1)).shape() == Shape{1});
  CHECK(moveaxis(x, 0, -1).shape() == Shape{3, 1, 2, 1});
  CHECK(moveaxis(x, 3, 1).shape() == Shape{1, 2, 3, 1});
  CHECK(sentence<ShapeError>([&] { squeeze(x, 1); }) == "squeeze: axis 1 of [1, 3, 1, 2] has size 3; only axes of size 1 can be dropped");
  CHECK(sentence<IndexError>([&] { expand_dims(x, Axes{}); }) == "expand_dims: no axes were named; say where the new ones go");
  CHECK(sentence<IndexError>([&] { flatten(x, 2, 1); }) ==
        "flatten: the axes from 2 to 1 of [1, 3, 1, 2] are none; name the first one first");
  CHECK(sentence<IndexError>([&] { moveaxis(x, 4, 0); }) == "moveaxis: axis 4 is out of range; a tensor of rank 4 has axes -4 to 3");
}

TEST_CASE("stack puts a new axis") {
  CHECK(holds(stack({vec({1, 2}), vec({3, 4})}), {1, 2, 3, 4}));
  CHECK(holds(stack({vec({1, 2}), vec({3, 4})}, -1), {1, 3, 2, 4}));
  CHECK(stack({scalar(1), scalar(2)}).shape() == Shape{2});
  CHECK(stack({zeros({0}), zeros({0})}).shape() == Shape{2, 0});
  CHECK(holds(slope([](const Tensor& x) { return stack({x, square(x)}, 1); }, vec({1, 2})), {3, 5}));
  CHECK(sentence<ShapeError>([] { stack({zeros({2}), zeros({3})}); }) == "stack: input 1 is [3], input 0 is [2]; the shapes must be equal");
  CHECK(sentence<ShapeError>([] { stack({}); }) == "stack: no tensors were given; it needs at least one");
}

TEST_CASE("split, split_sizes and chunk cut an axis") {
  const std::vector<Tensor> halves = split(grid({4}, {1, 2, 3, 4}), 2);
  REQUIRE(halves.size() == 2);
  CHECK(holds(halves[1], {3, 4}));
  CHECK(split(table, 3, 1)[2].shape() == Shape{2, 1});
  const std::vector<Tensor> pieces = split_sizes(line, {1, 0, 4});
  CHECK(holds(pieces[0], {1}));
  CHECK(pieces[1].shape() == Shape{0});
  CHECK(holds(pieces[2], {2, 3, 4, 5}));
  CHECK(chunk(line, 3).size() == 3);
  CHECK(holds(chunk(line, 3)[2], {5}));
  CHECK(chunk(line, 4).size() == 3);
  CHECK(chunk(zeros({0}), 2).size() == 1);
  CHECK(holds(slope([](const Tensor& x) { return split_sizes(x, {2, 3})[1]; }, line), {0, 0, 1, 1, 1}));
}

TEST_CASE("split: mistakes") {
  CHECK(sentence<ShapeError>([] { split(line, 2); }) == "split: axis 0 of [5] cannot be cut into 2 equal pieces; use split_sizes or chunk");
  CHECK(sentence<ShapeError>([] { split(line, 0); }) == "split: axis 0 of [5] cannot be cut into 0 equal pieces; use split_sizes or chunk");
  CHECK(sentence<ShapeError>([] { split_sizes(line, {2, 2}); }) == "split_sizes: the sizes add up to 4; axis 0 of [5] has 5");
  CHECK(sentence<ShapeError>([] { split_sizes(line, {2, 4}); }) == "split_sizes: piece 1 of size 4 from position 2 leaves axis 0 of [5]");
  CHECK(sentence<ValueError>([] { chunk(line, 0); }) == "chunk: 0 pieces; there must be at least 1");
}

TEST_CASE("pad: grows and shrinks") {
  CHECK(holds(pad(vec({1, 2}), {{1, 2}}), {0, 1, 2, 0, 0}));
  CHECK(holds(pad(vec({1, 2}), {{1, 1}}, 7), {7, 1, 2, 7}));
  CHECK(holds(pad(line, {{-1, -2}}), {2, 3}));
  CHECK(holds(pad(line, {{-3, 2}}, 9.0), {4, 5, 9, 9}));
  CHECK(pad(table, {{1, 0}, {0, 2}}).shape() == Shape{3, 5});
  CHECK(pad(zeros({0, 2}), {{1, 1}, {0, 0}}, 1).shape() == Shape{2, 2});
  CHECK(pad(tensor({1, 2}), {{1, 1}}, 3).dtype() == i32);
  CHECK(pad(scalar(4), {}).item<double>() == 4);
  CHECK(holds(slope([](const Tensor& x) { return square(pad(x, {{1, 1}}, 5)); }, vec({1, 2})), {2, 4}));
  CHECK(holds(slope([](const Tensor& v) { return pad(vec({1, 2}), {{1, 2}}, v); }, scalar(5, f64)), {3}));
  CHECK(sentence<ShapeError>([] { pad(table, {{1, 1}}); }) == "pad: 1 paddings for [2, 3]; give one for each of its 2 axes");
  CHECK(sentence<ShapeError>([] { pad(line, {{-3, -3}}); }) == "pad: {-3, -3} cuts off more than axis 0 of [5] has");
}

TEST_CASE("flip and roll") {
  CHECK(holds(flip(table), {6, 5, 4, 3, 2, 1}));
  CHECK(holds(flip(table, 0), {4, 5, 6, 1, 2, 3}));
  CHECK(holds(flip(table, -1), {3, 2, 1, 6, 5, 4}));
  CHECK(flip(zeros({0, 2})).shape() == Shape{0, 2});
  CHECK(flip(scalar(3)).item<double>() == 3);
  CHECK(holds(roll(line, 2, 0), {4, 5, 1, 2, 3}));
  CHECK(holds(roll(line, -1, 0), {2, 3, 4, 5, 1}));
  CHECK(holds(roll(line, 10001, 0), {5, 1, 2, 3, 4}));
  CHECK(holds(roll(table, 1), {6, 1, 2, 3, 4, 5}));
  CHECK(roll(zeros({0}), 3, 0).shape() == Shape{0});
  CHECK(holds(slope([](const Tensor& x) { return roll(x, 2, 0); }, line, line), {3, 4, 5, 1, 2}));
}

TEST_CASE("tile and repeat") {
  CHECK(holds(tile(vec({1, 2}), {2}), {1, 2, 1, 2}));
  CHECK(holds(tile(vec({1, 2}), {2, 1}), {1, 2, 1, 2}));
  CHECK(tile(vec({1, 2}), {2, 1}).shape() == Shape{2, 2});
  CHECK(holds(tile(table, {2}), {1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6}));
  CHECK(tile(table, {2, 0}).shape() == Shape{4, 0});
  CHECK(tile(table, {}).shape() == Shape{2, 3});
  CHECK(holds(repeat(vec({1, 2}), 2, 0), {1, 1, 2, 2}));
  CHECK(holds(repeat(table, 2, 0), {1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6}));
  CHECK(repeat(table, 0, 1).shape() == Shape{2, 0});
  CHECK(holds(slope([](const Tensor& x) { return tile(repeat(x, 2, 0), {3}); }, vec({1, 2})), {6, 6}));
  CHECK(sentence<ValueError>([] { tile(line, {-1}); }) == "tile: axis 0 -1 times; a count must be 0 or more");
  CHECK(sentence<ValueError>([] { repeat(line, -1, 0); }) == "repeat: -1 times; the count must be 0 or more");
}

TEST_CASE("pad: continued by reflection, by the last element, or around") {
  const Tensor x = vec({1, 2, 3});
  const auto ends = [&](Index before, Index after, PadMode mode) { return pad(x, {{before, after}}, mode); };
  CHECK(holds(ends(2, 2, PadMode::reflect), {3, 2, 1, 2, 3, 2, 1}));
  CHECK(holds(ends(5, 0, PadMode::reflect), {2, 1, 2, 3, 2, 1, 2, 3}));
  CHECK(holds(ends(2, 4, PadMode::symmetric), {2, 1, 1, 2, 3, 3, 2, 1, 1}));
  CHECK(holds(ends(2, 1, PadMode::replicate), {1, 1, 1, 2, 3, 3}));
  CHECK(holds(ends(4, 2, PadMode::circular), {3, 1, 2, 3, 1, 2, 3, 1, 2}));
  CHECK(holds(ends(-1, 2, PadMode::circular), {2, 3, 2, 3}));
  CHECK(holds(ends(2, -1, PadMode::reflect), {1, 2, 1, 2}));
  CHECK(holds(ends(0, 0, PadMode::circular), {1, 2, 3}));
  CHECK(holds(pad(vec({5}), {{2, 1}}, PadMode::reflect), {5, 5, 5, 5}));
  CHECK(holds(pad(grid({2, 2}, {1, 2, 3, 4}), {{1, 0}, {0, 1}}, PadMode::replicate), {1, 2, 2, 1, 2, 2, 3, 4, 4}));
  CHECK(holds(slope([](const Tensor& at) { return pad(at, {{2, 2}}, PadMode::reflect); }, x), {2, 3, 2}));
  CHECK(holds(slope([](const Tensor& at) { return pad(at, {{1, 3}}, PadMode::replicate); }, x), {2, 1, 4}));
  CHECK(pad(ints({1, 2}), {{1, 1}}, PadMode::circular).dtype() == i64);
  CHECK(pad(zeros({0, 2}), {{0, 0}, {1, 1}}, PadMode::circular).shape() == Shape{0, 4});
  CHECK(sentence<ShapeError>([&] { pad(x, {}, PadMode::reflect); }) == "pad: 0 paddings for [3]; give one for each of its 1 axes");
  CHECK(sentence<ShapeError>([&] { pad(x, {{-4, 2}}, PadMode::reflect); }) == "pad: {-4, 2} cuts off more than axis 0 of [3] has");
  CHECK(sentence<ShapeError>([] { pad(zeros({0}), {{1, 0}}, PadMode::circular); }) == "pad: axis 0 of [0] has no element to continue with");
}

TEST_CASE("shape functions name the line of the user's call") {
  try {
    flip(table, 2);
    FAIL("nothing was thrown");
  } catch (const IndexError& error) { CHECK(std::string(error.where().file_name()).ends_with("shape_test.cpp")); }
}
