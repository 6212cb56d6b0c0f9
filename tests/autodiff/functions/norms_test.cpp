#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/functions/norms.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

auto of_order(double ord) {
  return [ord](const Tensor& x) { return norm(x, ord); };
}

}  // namespace

TEST_CASE("norm of every order") {
  const Tensor x = vec({3, -4, 0});
  CHECK(norm(x).item<double>() == 5);
  CHECK(norm(x, 1).item<double>() == 7);
  CHECK(norm(x, inf).item<double>() == 4);
  CHECK(norm(x, -inf).item<double>() == 0);
  CHECK(norm(x, 0).item<double>() == 2);
  CHECK(norm(x, 3).item<double>() == Approx(std::cbrt(91.0)).epsilon(1e-14));
  CHECK(norm(x, 0.5).item<double>() == Approx(std::pow(2 + std::sqrt(3.0), 2)).epsilon(1e-14));
  CHECK(norm(vec({1, 2}), -1).item<double>() == Approx(2.0 / 3).epsilon(1e-14));
  CHECK(norm(x, -1).item<double>() == 0);
  CHECK(norm(scalar(-2, f64), 3).item<double>() == 2);
}

TEST_CASE("norm over axes and dtypes") {
  const Tensor x = grid({2, 2}, {3, 4, 6, 8});
  for (const double ord : {0.0, 1.0, 2.0, 3.0, inf}) {
    CHECK(norm(x, ord, 1).shape() == Shape{2});
    CHECK(norm(x, ord, 0, keep_axes).shape() == Shape{1, 2});
    CHECK(norm(tensor({3, 4}), ord).dtype() == f32);
    CHECK(norm(x, ord).shape() == Shape{});
  }
  CHECK(norm(zeros({0}), 3).item<double>() == 0);
  CHECK(norm(zeros({0}), 1).item<double>() == 0);
}

TEST_CASE("norm: slopes at 0 and at ties") {
  CHECK(holds(slope(of_order(1), vec({0, -1, 2})), {0, -1, 1}));
  CHECK(holds(slope(of_order(inf), vec({2, -2, 1})), {0.5, -0.5, 0}));
  for (const double ord : {1.0, 1.5, 2.0, 3.5, 0.9, -3.5}) {
    CAPTURE(ord);
    CHECK(holds(slope(of_order(ord), vec({0, 0, 0})), {0, 0, 0}));
  }
}

TEST_CASE("norm: large and small numbers") {
  CHECK(norm(vec({3e200, 3e200}), 3).item<double>() / 3e200 == Approx(std::cbrt(2.0)).epsilon(1e-14));
  CHECK(norm(vec({3e-200, 3e-200}), 3).item<double>() / 3e-200 == Approx(std::cbrt(2.0)).epsilon(1e-14));
  CHECK(norm(vec({1, inf}), 3).item<double>() == inf);
}

TEST_CASE("norm of order 3: slope and second derivative") {
  // f = (x^3 + y^3)^(1/3) at (1, 1): slope 2^(-2/3) each; Hessian 2^(-2/3) [[1, -1], [-1, 1]]
  const double s = std::pow(2.0, -2.0 / 3);
  CHECK(holds(slope(of_order(3), vec({1, 1})), {s, s}, 1e-14));
  CHECK(holds(hessian_times(of_order(3), vec({1, 1}), scalar(1, f64), vec({1, 0})), {s, -s}, 1e-13));
}

TEST_CASE("normalize: to length 1, and finite at 0") {
  CHECK(holds(normalize(vec({3, 4})), {0.6, 0.8}, 1e-15));
  CHECK(holds(normalize(grid({2, 2}, {3, 0, 0, 5}), {.axes = 0}), {1, 0, 0, 1}));
  CHECK(holds(normalize(vec({1, 3}), {.ord = 1}), {0.25, 0.75}));
  CHECK(holds(normalize(vec({0, 0})), {0, 0}));
  CHECK(holds(slope([](const Tensor& x) { return normalize(x); }, vec({0, 0})), {1e12, 1e12}, 1e-15));
  const Tensor at = slope([](const Tensor& x) { return square(normalize(x, {.ord = 1})); }, vec({0, 0, 0.2}));
  for (const double g : list(at)) CHECK(std::isfinite(g));
}

TEST_CASE("norm: mistakes") {
  CHECK(sentence<ValueError>([] { norm(vec({1}), std::nan("")); }) == "norm: ord is NaN; it must be a number or an infinity");
  CHECK(sentence<ValueError>([] { normalize(vec({1}), {.eps = 0}); }) == "normalize: eps is 0.000000; it must be more than 0");
  CHECK(sentence<ShapeError>([] { norm(zeros({0}), inf); }) == "max: axes all of [0] hold no element; it needs at least one");
}
