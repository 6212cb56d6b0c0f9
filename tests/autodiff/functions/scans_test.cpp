#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/functions/scans.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
const auto running = [](const Tensor& x) { return logcumsumexp(x, 0); };

}  // namespace

TEST_CASE("logcumsumexp: from either end, along any axis, without overflow") {
  const double two = std::log(2), three = std::log(3);
  CHECK(holds(running(vec({0, 0, 0})), {0, two, three}, 1e-15));
  CHECK(holds(logcumsumexp(grid({2, 2}, {0, 1000, 0, 1000}), 0), {0, 1000, two, 1000 + two}, 1e-15));
  CHECK(holds(logcumsumexp(vec({0, 0, -1e4}), -1, {.reverse = true}), {two, 0, -1e4}, 1e-15));
  CHECK(holds(running(vec({-1e4, 1e4, 0})), {-1e4, 1e4, 1e4}));
  CHECK(logcumsumexp(tensor({1, 2}), 0).dtype() == f32);
  CHECK(running(zeros({0}, f64)).shape() == Shape{0});
}

TEST_CASE("logcumsumexp: each cotangent is shared as softmax does") {
  const Tensor x = vec({0.5, -1, 2}), ct = vec({0, 0, 1});
  CHECK(holds(slope(running, x, ct), list(softmax(x)), 1e-15));
  CHECK(holds(slope(running, vec({1e8, 1e8, 1e8}), vec({0, 1, 0})), {0.5, 0.5, 0}));  // digits of x - y would be lost
  const auto last = [](const Tensor& at) { return slice(logcumsumexp(at, 0), {2}); };
  const auto whole = [](const Tensor& at) { return logsumexp(at); };
  const Tensor one = scalar(1, f64), v = vec({1, -2, 3});
  CHECK(holds(hessian_times(last, x, one, v), list(hessian_times(whole, x, one, v)), 1e-15));
}

TEST_CASE("logcumsumexp: infinities") {
  CHECK(holds(running(vec({-inf, -inf, 1, -inf})), {-inf, -inf, 1, 1}));
  CHECK(holds(slope(running, vec({-inf, -inf, 1, -inf})), {0, 0, 2, 0}));
  CHECK(holds(slope(running, vec({-inf, -800, 1})), {0, 1, 1}, 1e-15));
  CHECK(holds(running(vec({1, inf, 2})), {1, inf, inf}));
  CHECK(holds(slope(running, vec({1, inf, 2})), {1, 0, 0}));
  CHECK(holds(slope(running, vec({1, 2, inf}), vec({1, 0, 0})), {1, 0, 0}));
  CHECK(holds(logcumsumexp(vec({1, -inf}), 0, {.reverse = true}), {1, -inf}));
  const std::vector<double> broken = list(running(vec({1, std::nan(""), 2})));
  CHECK((broken[0] == 1 && std::isnan(broken[1]) && std::isnan(broken[2])));
}

TEST_CASE("logcumsumexp: mistakes") {
  CHECK(sentence<IndexError>([] { logcumsumexp(vec({1}), 1); }) ==
        "logcumsumexp: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
}
