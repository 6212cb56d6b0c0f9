#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("floor, ceil, round, trunc: values; halves go to even") {
  CHECK(value(floor, {-1.5, 0.5, 2}) == Numbers{-2, 0, 2});
  CHECK(value(ceil, {-1.5, 0.5, 2}) == Numbers{-1, 1, 2});
  CHECK(value(trunc, {-1.5, 0.5, 2}) == Numbers{-1, 0, 2});
  CHECK(value(round, {-1.5, 0.5, 1.5, 2.5, -0.4}) == Numbers{-2, 0, 2, 2, 0});
  CHECK(value(floor, {0x1p60 + 256, inf}) == Numbers{0x1p60 + 256, inf});
}

TEST_CASE("floor, ceil, round, trunc: the slope is zeros, NaN stays in the value only") {
  for (const Unary& op : {Unary(floor), Unary(ceil), Unary(round), Unary(trunc)}) {
    CHECK(value(op, {NaN}) == near({NaN}));
    CHECK(slope(op, {0.5, 1.5, 2, NaN}) == Numbers{0, 0, 0, 0});
  }
}
