#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
const auto total = [](const Tensor& x) { return logsumexp(x); };

}  // namespace

TEST_CASE("logsumexp over axes, without overflow") {
  CHECK(holds(logsumexp(grid({2, 2}, {0, 0, 1e4, -1e4}), 1), {std::log(2.0), 1e4}, 1e-15));
  CHECK(holds(logsumexp(vec({-1e4, -1e4})), {-1e4 + std::log(2.0)}, 1e-15));
  CHECK(logsumexp(grid({2, 2}, {0, 0, 0, 0}), 0, keep_axes).shape() == Shape{1, 2});
  CHECK(logsumexp(tensor({1, 2})).dtype() == f32);
  CHECK(holds(logsumexp(scalar(3, f64)), {3}));
}

TEST_CASE("logsumexp: limits") {
  CHECK(holds(logsumexp(vec({-inf, -inf})), {-inf}));
  CHECK(holds(logsumexp(vec({-inf, 1})), {1}));
  CHECK(holds(logsumexp(vec({inf, 1})), {inf}));
  CHECK(holds(logsumexp(zeros({0}, f64)), {-inf}));
  CHECK(holds(logsumexp(zeros({2, 0}, f64), 1), {-inf, -inf}));
  CHECK(std::isnan(logsumexp(vec({std::nan(""), 1})).item<double>()));
}

TEST_CASE("logsumexp: the slope is the softmax, and 0 where everything is masked") {
  CHECK(holds(slope(total, vec({0, 0})), {0.5, 0.5}, 1e-15));
  CHECK(holds(slope(total, vec({-inf, -inf})), {0, 0}));
  CHECK(holds(slope(total, vec({-inf, 1})), {0, 1}));
  CHECK(holds(slope([](const Tensor& x) { return logsumexp(x, 1); }, grid({2, 2}, {-inf, -inf, -inf, 0})), {0, 0, 0, 1}));
  CHECK(slope([](const Tensor& x) { return logsumexp(x, 1); }, zeros({2, 0}, f64)).shape() == Shape{2, 0});
}

TEST_CASE("logsumexp: second derivatives, masked ones included") {
  CHECK(holds(hessian_times(total, vec({0, 0}), scalar(1, f64), vec({1, 0})), {0.25, -0.25}, 1e-15));
  CHECK(holds(hessian_times(total, vec({-inf, -inf}), scalar(1, f64), vec({1, 1})), {0, 0}));
  CHECK(holds(hessian_times(total, vec({-inf, 1}), scalar(1, f64), vec({1, 1})), {0, 0}));
}

TEST_CASE("logsumexp: a long row in f32 keeps its digits") {
  const Index n = 100'000;
  CHECK(logsumexp(zeros({n})).item<double>() == Approx(std::log(static_cast<double>(n))).epsilon(1e-6));
}
