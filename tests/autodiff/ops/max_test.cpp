#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("max and min over axes") {
  const Tensor x = grid({2, 3}, {3, 1, 2, -4, 0, -5});
  CHECK(max(x).item<double>() == 3);
  CHECK(min(x).item<double>() == -5);
  CHECK(holds(max(x, 0), {3, 1, 2}));
  CHECK(holds(min(x, -1), {1, -5}));
  CHECK(max(x, 1, keep_axes).shape() == Shape{2, 1});
  CHECK(max(x, Axes::none()).shape() == Shape{2, 3});
  CHECK(max(tensor({1, 7, 3})).dtype() == i32);
  CHECK(max(tensor({false, true})).dtype() == boolean);
}

TEST_CASE("max and min propagate NaN, wherever it stands") {
  for (std::size_t at = 0; at < 20; ++at) {
    std::vector<double> values(20, 1.0);
    values[at] = not_a_number;
    CHECK(holds(max(vec(values)), {not_a_number}));
    CHECK(holds(min(vec(values)), {not_a_number}));
  }
}

TEST_CASE("max: ties share evenly, with and without axes, and without a tolerance") {
  const auto all = [](const Tensor& x) { return max(x); };
  const auto along = [](const Tensor& x) { return max(x, 0); };
  const auto least = [](const Tensor& x) { return min(x, 0); };
  CHECK(holds(slope(all, vec({2, 2, 1})), {0.5, 0.5, 0}));
  CHECK(holds(slope(along, vec({2, 2, 1})), {0.5, 0.5, 0}));
  CHECK(holds(slope(least, vec({1, 2, 1})), {0.5, 0, 0.5}));
  CHECK(holds(slope(all, vec({1, 1 + 1e-15})), {0, 1}));
  CHECK(holds(slope(all, vec({5, 5, 5})), {1.0 / 3, 1.0 / 3, 1.0 / 3}));
  CHECK(holds(slope(along, vec({not_a_number, 1})), {1, 0}));
}

TEST_CASE("max: infinities are elements like others") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  CHECK(holds(slope([](const Tensor& x) { return max(x); }, vec({-inf, -inf})), {0.5, 0.5}));
  CHECK(holds(slope([](const Tensor& x) { return max(x); }, vec({inf, 1})), {1, 0}));
}

TEST_CASE("max: the second derivative comes from what is inside") {
  const auto f = [](const Tensor& x) { return max(square(x)); };
  CHECK(holds(hessian_times(f, vec({1, -3}), scalar(1, f64), vec({1, 1})), {0, 2}));
}

TEST_CASE("max of nothing is an error, unless nothing is asked for") {
  CHECK(sentence<ShapeError>([] { max(zeros({2, 0}), 1); }) == "max: axes [1] of [2, 0] hold no element; it needs at least one");
  CHECK(sentence<ShapeError>([] { min(zeros({0})); }) == "min: axes all of [0] hold no element; it needs at least one");
  CHECK(max(zeros({0, 3}), 1).shape() == Shape{0});
  CHECK(max(zeros({0, 0}), 1).shape() == Shape{0});
  CHECK(sentence<IndexError>([] { max(zeros({2}), 1); }) == "max: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
}
