#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("log, log2, log10, log1p: values and limits") {
  CHECK(value(log, {1, std::numbers::e, 0, inf, -1}) == near({0, 1, -inf, inf, NaN}));
  CHECK(value(log2, {8, 0.25, 0}) == near({3, -2, -inf}));
  CHECK(value(log10, {1000, 0.01, 0}) == near({3, -2, -inf}));
  CHECK(value(log1p, {0, 1e-12, -1}) == near({0, std::log1p(1e-12), -inf}));
}

TEST_CASE("log, log2, log10, log1p: slopes") {
  CHECK(slope(log, {4, 0}) == near({0.25, inf}));
  CHECK(slope(log2, {3}) == near({0.48089834696298783}));
  CHECK(slope(log10, {2}) == near({1 / (2 * std::numbers::ln10)}));
  CHECK(slope(log1p, {1, 0, -1}) == near({0.5, 1, inf}));
  CHECK(curvature(log, {4, 0}) == near({-0.0625, -inf}));
}

TEST_CASE("log: a pole in the branch not taken does not leak") {
  const Unary f = [](const Tensor& x) { return where(x > 2, log2(x), 2 * x); };
  CHECK(slope(f, {0, 2, 3}) == near({2, 2, 0.48089834696298783}));
}

TEST_CASE("log: x log x at 0 has the slope of log") {
  CHECK(slope([](const Tensor& x) { return x * log(x); }, {0, 1}) == Numbers{-inf, 1});
}
