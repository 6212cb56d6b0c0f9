#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("slogdet: sign and logarithm, where the determinant itself would over- or underflow") {
  const auto [sign, log] = slogdet(grid({2, 2}, {1, 2, 3, 4}));
  CHECK(holds(sign, {-1}));
  CHECK(holds(log, {std::log(2.0)}, 1e-15));
  CHECK(holds(slogdet(1e-300 * eye(4, -1, f64)).log, {4 * std::log(1e-300)}, 1e-15));
  CHECK(holds(slogdet(1e300 * eye(4, -1, f64)).log, {4 * std::log(1e300)}, 1e-15));
  CHECK(holds(slogdet(zeros({2, 0, 0}, f64)).sign, {1, 1}));
  CHECK(holds(slogdet(zeros({0, 0}, f64)).log, {0}));
}

TEST_CASE("slogdet: the slope of the logarithm is x^-T, that of the sign 0") {
  CHECK(holds(slope([](const Tensor& x) { return slogdet(x).log; }, grid({2, 2}, {1, 2, 3, 4})), {-2, 1.5, 1, -0.5}, 1e-14));
  CHECK(holds(slope([](const Tensor& x) { return slogdet(x).sign; }, grid({2, 2}, {1, 2, 3, 4})), {0, 0, 0, 0}));
}

TEST_CASE("slogdet: of a singular matrix") {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto [sign, log] = slogdet(grid({2, 2}, {1, 2, 2, 4}));
  CHECK(holds(sign, {0}));
  CHECK(holds(log, {-infinity}));
  CHECK(holds(slope([](const Tensor& x) { return slogdet(x).log; }, grid({2, 2}, {1, 2, 2, 4})), std::vector<double>(4, std::nan(""))));
  CHECK(holds(slogdet(grid({1, 1}, {infinity})).log, {std::nan("")}));
}

TEST_CASE("slogdet: mistakes") {
  CHECK(sentence<ShapeError>([] { slogdet(ones({2, 3})); }) == "slogdet: x is [2, 3]; the last two sizes must be equal");
}
