#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("xlogy: 0 where x is 0, whatever y but NaN") {
  CHECK(value(xlogy, {0, 0, 0, 0, 2}, {0, inf, -1, NaN, 3}) == near({0, 0, 0, NaN, 2 * std::log(3)}));
}

TEST_CASE("xlogy: slopes at 0") {
  CHECK(slope([](const Tensor& x) { return xlogy(x, x); }, {0, 1}) == Numbers{-inf, 1});
  CHECK(slope_y(xlogy, {0, 2}, {0, 4}) == Numbers{0, 0.5});
  CHECK(mixed(xlogy, {0, 2}, {4, 4}) == Numbers{0.25, 0.25});  // a select on x == 0 would lose the first
}
