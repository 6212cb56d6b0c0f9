#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("maximum, minimum: NaN on either side is the result") {
  CHECK(value(maximum, {1, 3, NaN, 1}, {2, 2, 1, NaN}) == near({2, 3, NaN, NaN}));
  CHECK(value(minimum, {1, 3, NaN, 1}, {2, 2, 1, NaN}) == near({1, 2, NaN, NaN}));
}

TEST_CASE("maximum, minimum: a tie shares the cotangent evenly") {
  for (const auto op : {maximum, minimum}) {
    CHECK(slope_x(op, {1}, {1}) == Numbers{0.5});
    CHECK(slope_y(op, {1}, {1}) == Numbers{0.5});
    CHECK(slope([op](const Tensor& x) { return op(x, x); }, {1}) == Numbers{1});
  }
  CHECK(slope([](const Tensor& x) { return maximum(x, 0); }, {0, 1, -1}) == Numbers{0.5, 1, 0});
}

TEST_CASE("maximum, minimum: the one chosen has the slope") {
  CHECK(slope_x(maximum, {1, 3, NaN, 1}, {2, 2, 1, NaN}) == Numbers{0, 1, 1, 0});
  CHECK(slope_y(minimum, {1, 3, NaN, 1}, {2, 2, 1, NaN}) == Numbers{0, 1, 0, 1});
}

TEST_CASE("maximum: exact at values that are only close") { CHECK(slope_x(maximum, {1}, {1 + 0x1p-52}) == Numbers{0}); }

TEST_CASE("maximum, minimum: integers and bool keep their dtype") {
  CHECK(maximum(tensor({1, 5}), 3).to_vector<int>() == std::vector<int>{3, 5});
  CHECK(maximum(tensor({1, 5}), 3).dtype() == i32);
  CHECK(minimum(tensor({true, false}), tensor({true, true})).to_vector<bool>() == std::vector<bool>{true, false});
}
