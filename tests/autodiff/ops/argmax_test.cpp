#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("argmax and argmin take the first") {
  const Tensor x = grid({2, 3}, {1, 3, 3, 0, -1, -1});
  CHECK(holds(argmax(x, 1), {1, 0}));
  CHECK(holds(argmin(x, 1), {0, 1}));
  CHECK(holds(argmax(x, 0, keep_axes), {0, 0, 0}));
  CHECK(argmax(x, 0, keep_axes).shape() == Shape{1, 3});
  CHECK(argmax(x).item<Index>() == 1);
  CHECK(argmin(x).item<Index>() == 4);
  CHECK(argmax(x, 0).dtype() == i64);
  CHECK(argmax(vec({1, not_a_number, 2, not_a_number})).item<Index>() == 1);
}

TEST_CASE("max_with_index: the first of equal elements gets the whole cotangent") {
  const auto [values, indices] = max_with_index(grid({2, 3}, {2, 2, 1, 0, 5, 4}), 1);
  CHECK(holds(values, {2, 5}));
  CHECK(holds(indices, {0, 1}));
  CHECK(indices.dtype() == i64);
  CHECK(holds(slope([](const Tensor& x) { return max_with_index(x, 0).values; }, vec({2, 2, 1})), {1, 0, 0}));
  CHECK(holds(slope([](const Tensor& x) { return square(min_with_index(x, 1, keep_axes).values); }, grid({1, 2}, {3, 2})), {0, 4}));
  CHECK(holds(hessian_times([](const Tensor& x) { return square(max_with_index(x, 0).values); }, vec({1, 3}), scalar(1, f64), vec({1, 1})),
              {0, 2}));
}

TEST_CASE("max_with_index forward and in sweeps of several kinds") {
  Tape forward(Purpose::forward);
  const Tensor x = forward.watch(vec({1, 3, 2}), vec({10, 20, 30}));
  const auto [values, indices] = max_with_index(x, 0);
  CHECK(holds(forward.tangent(values), {20}));
  CHECK_FALSE(forward.knows(indices));
}

TEST_CASE("argmax: mistakes") {
  CHECK(sentence<ShapeError>([] { argmax(zeros({2, 0}), 1); }) == "argmax: axis 1 of [2, 0] holds no element; it needs at least one");
  CHECK(sentence<ShapeError>([] { min_with_index(zeros({0}), 0); }) ==
        "min_with_index: axis 0 of [0] holds no element; it needs at least one");
  CHECK(sentence<ShapeError>([] { argmin(zeros({0, 3})); }) == "argmin: axis 0 of [0] holds no element; it needs at least one");
  CHECK(sentence<IndexError>([] { argmax(scalar(1), 0); }) == "argmax: axis 0 is out of range; a tensor of rank 0 has no axes");
  CHECK(argmax(zeros({0, 3}), 1).shape() == Shape{0});
}
