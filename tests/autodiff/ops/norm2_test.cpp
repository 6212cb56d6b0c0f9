#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const auto length = [](const Tensor& x) { return norm2(x); };

}  // namespace

TEST_CASE("norm2 over axes") {
  const Tensor x = grid({2, 2}, {3, 4, -5, 12});
  CHECK(holds(norm2(x, 1), {5, 13}));
  CHECK(norm2(x).item<double>() == Approx(std::sqrt(194.0)).epsilon(1e-15));
  CHECK(norm2(x, 0, keep_axes).shape() == Shape{1, 2});
  CHECK(norm2(zeros({0})).item<double>() == 0);
  CHECK(norm2(tensor({3, 4})).dtype() == f32);
  CHECK(norm2(scalar(-2, f64)).item<double>() == 2);
}

TEST_CASE("norm2: large and small numbers, row by row") {
  CHECK(holds(norm2(grid({3, 2}, {3e200, 4e200, 3e-200, 4e-200, 3, 4}), 1), {5e200, 5e-200, 5}, 1e-15));
  CHECK(norm2(tensor({3e30, 4e30})).item<float>() == Approx(5e30).epsilon(1e-6));
  CHECK(norm2(tensor({3e-30, 4e-30})).item<double>() / 5e-30 == Approx(1).epsilon(1e-6));
  constexpr double inf = std::numeric_limits<double>::infinity();
  CHECK(holds(norm2(vec({1, -inf})), {inf}));
  CHECK(std::isnan(norm2(vec({inf, std::nan("")})).item<double>()));
}

TEST_CASE("norm2: the slope at 0 is 0, elsewhere x over the norm") {
  CHECK(holds(slope(length, vec({0, 0, 0})), {0, 0, 0}));
  CHECK(holds(slope([](const Tensor& x) { return square(norm2(x)); }, vec({0, 0})), {0, 0}));
  CHECK(holds(slope(length, vec({3, -4})), {0.6, -0.8}, 1e-15));
  CHECK(holds(slope(length, vec({3e200, 4e200})), {0.6, 0.8}, 1e-15));
  CHECK(holds(slope([](const Tensor& x) { return norm2(x, 1); }, grid({2, 2}, {0, 0, 3, 4})), {0, 0, 0.6, 0.8}, 1e-15));
}

TEST_CASE("norm2: second derivatives") {
  // (I - u u^T) / |x| with u = (0.6, 0.8)
  CHECK(holds(hessian_times(length, vec({3, 4}), scalar(1, f64), vec({1, 0})), {0.128, -0.096}, 1e-15));
  CHECK(holds(hessian_times(length, vec({0, 0}), scalar(1, f64), vec({1, 1})), {0, 0}));
}
