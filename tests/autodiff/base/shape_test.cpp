#include <descent/autodiff/base/shape.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("Shapes count their elements, checked") {
  CHECK(Shape{}.numel() == 1);
  CHECK(Shape{2, 0, 3}.numel() == 0);
  CHECK(Shape{2, 3}.with(0, 5) == Shape{5, 3});
  CHECK(Shape{2, 3}.inserted(1, 7) == Shape{2, 7, 3});
  CHECK(Shape{2, 7, 3}.without(1) == Shape{2, 3});
  CHECK(to_string(Shape{8, 3}) == "[8, 3]");
  CHECK_THROWS_WITH((Shape{2, -1}), "shape: [2, -1] has a negative size; sizes must be 0 or more");
  CHECK_THROWS_AS((Shape{2, 2, 1, Index{1} << 61}), ShapeError);
  CHECK_THROWS_AS((Shape{0, Index{1} << 40, Index{1} << 40}), ShapeError);  // a zero hides no overflow
  CHECK_THROWS_AS((Shape{1, 1, 1, 1, 1, 1, 1, 1, 1}), ShapeError);
}

TEST_CASE("Broadcasting, as NumPy has it") {
  CHECK(broadcast("add", {3, 1}, {4}) == Shape{3, 4});
  CHECK(broadcast("add", {}, {4}) == Shape{4});
  CHECK(broadcast("add", {0, 1}, {4}) == Shape{0, 4});
  CHECK_THROWS_WITH(broadcast("add", {3}, {4}), "add: shapes [3] and [4] do not broadcast; aligned at the end, sizes must be equal or 1");
}

TEST_CASE("Axes: all by default, negative ones from the end, each once") {
  CHECK(Axes().mask("sum", 3) == 0b111);
  CHECK(Axes(-1).mask("sum", 3) == 0b100);
  CHECK(Axes({0, 2}).mask("sum", 3) == 0b101);
  CHECK(Axes::none().mask("sum", 3) == 0);
  CHECK_THROWS_WITH(Axes(3).mask("sum", 3), "sum: axis 3 is out of range; a tensor of rank 3 has axes -3 to 2");
  CHECK_THROWS_WITH(Axes(0).mask("sum", 0), "sum: axis 0 is out of range; a tensor of rank 0 has no axes");
  CHECK_THROWS_WITH(Axes({0, -3}).mask("sum", 3), "sum: axes [0, -3] name an axis twice; name each once");
}
