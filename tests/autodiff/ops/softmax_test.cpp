#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("softmax along any axis, the last unless named") {
  const Tensor x = grid({2, 2}, {0, std::log(3.0), 0, 0});
  CHECK(holds(softmax(x), {0.25, 0.75, 0.5, 0.5}, 1e-15));
  CHECK(holds(softmax(x, 0), {0.5, 0.75, 0.5, 0.25}, 1e-15));
  CHECK(holds(softmax(x, Axes{0, 1}), {1.0 / 6, 0.5, 1.0 / 6, 1.0 / 6}, 1e-15));
  CHECK(holds(log_softmax(x), {std::log(0.25), std::log(0.75), -std::log(2.0), -std::log(2.0)}, 1e-15));
  CHECK(softmax(tensor({1, 2})).dtype() == f32);
  CHECK(softmax(zeros({0, 3})).shape() == Shape{0, 3});
  CHECK(softmax(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(holds(softmax(scalar(7, f64), Axes()), {1}));
}

TEST_CASE("softmax over axes that do not lie together") {
  std::vector<double> values;
  for (int i = 0; i < 12; ++i) values.push_back(std::log(1.0 + i));
  const Tensor y = softmax(grid({2, 3, 2}, values), Axes{0, 2});
  CHECK(holds(sum(y, Axes{0, 2}), {1, 1, 1}, 1e-15));
  CHECK(holds(slice(y, {1, 2, 0}), {11.0 / (5 + 6 + 11 + 12)}, 1e-15));
}

TEST_CASE("softmax neither overflows nor loses masked elements") {
  CHECK(holds(softmax(vec({1000, 0})), {1, 0}));
  CHECK(holds(log_softmax(vec({1000, 0})), {0, -1000}));
  CHECK(holds(softmax(vec({-inf, 2, 2})), {0, 0.5, 0.5}));
  CHECK(holds(log_softmax(vec({-inf, 2})), {-inf, 0}));
}

TEST_CASE("softmax of a row that is masked entirely is 0, with slope 0") {
  const Tensor masked = vec({-inf, -inf});
  CHECK(holds(softmax(masked), {0, 0}));
  CHECK(holds(log_softmax(masked), {-inf, -inf}));
  CHECK(holds(slope([](const Tensor& x) { return square(softmax(x)); }, masked), {0, 0}));
  CHECK(holds(slope([](const Tensor& x) { return softmax(x); }, masked, vec({1, 2})), {0, 0}));
  CHECK(holds(hessian_times([](const Tensor& x) { return softmax(x); }, masked, vec({1, 2}), vec({1, 1})), {0, 0}));
}

TEST_CASE("softmax: slopes in closed form") {
  // p = (1/4, 3/4): d p_0 = p_0 p_1 (dx_0 - dx_1)
  const Tensor x = vec({0, std::log(3.0)});
  CHECK(holds(slope([](const Tensor& at) { return softmax(at); }, x, vec({1, 0})), {0.1875, -0.1875}, 1e-15));
  CHECK(holds(slope([](const Tensor& at) { return log_softmax(at); }, x, vec({1, 0})), {0.75, -0.75}, 1e-15));
  CHECK(holds(slope([](const Tensor& at) { return slice(log_softmax(at), {1}); }, vec({1000, 0})), {-1, 1}));
  CHECK(holds(hessian_times([](const Tensor& at) { return log_softmax(at); }, x, vec({1, 0}), vec({1, 0})), {-0.1875, 0.1875}, 1e-15));
}

TEST_CASE("softmax: NaN spreads over its row and no further") {
  const Tensor y = softmax(grid({2, 2}, {std::nan(""), 0, 0, 0}));
  CHECK(holds(y, {std::nan(""), std::nan(""), 0.5, 0.5}));
}

TEST_CASE("softmax: mistakes") {
  CHECK(sentence<IndexError>([] { softmax(zeros({2}), 1); }) == "softmax: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
  CHECK(sentence<IndexError>([] { log_softmax(scalar(1)); }) == "log_softmax: axis -1 is out of range; a tensor of rank 0 has no axes");
}
