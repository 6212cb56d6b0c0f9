#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("logaddexp: values without overflow") {
  CHECK(value(logaddexp, {0, 1000, -1000, 1}, {0, 1000, -1001, NaN}) ==
        near({std::log(2), 1000 + std::log(2), -1000 + std::log1p(std::exp(-1)), NaN}));
  CHECK(value(logaddexp, {-inf, -inf, inf, inf}, {-inf, 1, inf, -inf}) == Numbers{-inf, 1, inf, inf});
}

TEST_CASE("logaddexp: equal infinities have slope 0, so masked entries stay inert") {
  CHECK(slope_x(logaddexp, {-inf, -inf, 1}, {-inf, 1, -inf}) == Numbers{0, 0, 1});
  CHECK(slope_y(logaddexp, {-inf, -inf, 1}, {-inf, 1, -inf}) == Numbers{0, 1, 0});
}

TEST_CASE("logaddexp: at a tie the slopes are halves and still curve") {
  CHECK(slope_x(logaddexp, {3}, {3}) == Numbers{0.5});
  CHECK(mixed(logaddexp, {3}, {3}) == Numbers{-0.25});
}
