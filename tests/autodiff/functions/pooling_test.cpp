#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/functions/pooling.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const Tensor line = vec({1, 3, 2, 5, 4});
const Tensor square4 = grid({4, 4}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});

}  // namespace

TEST_CASE("max_pool on as many axes as the window has") {
  CHECK(holds(max_pool(line, {2}), {3, 5}));
  CHECK(holds(max_pool(line, {2}, {.ceil_mode = true}), {3, 5, 4}));
  CHECK(holds(max_pool(line, {3}, {.stride = 2, .padding = 1}), {3, 5, 5}));
  CHECK(holds(max_pool(line, {2}, {.stride = 1, .dilation = 2}), {2, 5, 4}));
  CHECK(holds(max_pool(square4, {2, 2}), {6, 8, 14, 16}));
  CHECK(holds(max_pool_with_index(square4, {2, 2}).indices, {5, 7, 13, 15}));
  CHECK(max_pool(zeros({2, 3, 4, 6, 8}), {2, 2, 2}).shape() == Shape{2, 3, 2, 3, 4});
  CHECK(max_pool(zeros({0, 4}), {2}).shape() == Shape{0, 2});
}

TEST_CASE("max_pool: ties, NaN and -infinity") {
  const auto gradient = [](const Tensor& x) { return slope([](const Tensor& at) { return max_pool(at, {2}); }, x); };
  CHECK(holds(gradient(vec({1, 1, 0, 3})), {1, 0, 0, 1}));
  CHECK(holds(gradient(vec({-infinity, -infinity})), {1, 0}));
  CHECK(holds(gradient(vec({std::nan(""), 1})), {1, 0}));
  CHECK(std::isnan(max_pool(vec({1, std::nan("")}), {2}).item<double>()));
}

TEST_CASE("max_unpool puts elements back") {
  const auto [values, indices] = max_pool_with_index(square4, {2, 2});
  CHECK(holds(max_unpool(values, indices, {4, 4}), {0, 0, 0, 0, 0, 6, 0, 8, 0, 0, 0, 0, 0, 14, 0, 16}));
  CHECK(holds(slope([&](const Tensor& at) { return max_unpool(at, indices, {4, 4}); }, values), {1, 1, 1, 1}));
  CHECK(sentence<ShapeError>([&] {
          max_unpool(values, ints({1}), {4, 4});
        }) == "max_unpool: x is [2, 2], the indices are [1]; the shapes must be equal");
}

TEST_CASE("avg_pool counts what it is told to") {
  CHECK(holds(avg_pool(line, {2}), {2, 3.5}));
  CHECK(holds(avg_pool(line, {2}, {.ceil_mode = true}), {2, 3.5, 4}));
  CHECK(holds(avg_pool(vec({2, 4}), {2}, {.stride = 1, .padding = 1}), {1, 3, 2}));
  CHECK(holds(avg_pool(vec({2, 4}), {2}, {.stride = 1, .padding = 1, .count_padding = false}), {2, 3, 4}));
  CHECK(holds(avg_pool(line, {2}, {.divisor = 4}), {1, 1.75}));
  CHECK(holds(avg_pool(square4, {2, 2}), {3.5, 5.5, 11.5, 13.5}));
  CHECK(holds(slope([](const Tensor& at) { return avg_pool(at, {3}, {.stride = 1}); }, line, vec({3, 6, 9})), {1, 3, 6, 5, 3}));
}

TEST_CASE("lp_pool is the norm of each window, without slope at 0") {
  CHECK(holds(lp_pool(vec({3, -4, 0, 0}), 2, {2}), {5, 0}, 1e-15));
  CHECK(holds(slope([](const Tensor& at) { return lp_pool(at, 2, {2}); }, vec({3, -4, 0, 0})), {0.6, -0.8, 0, 0}, 1e-15));
  CHECK(holds(lp_pool(vec({1, -2, 3}), 1, {2}, {.stride = 1}), {3, 5}));
  CHECK(holds(hessian_times([](const Tensor& at) { return lp_pool(at, 2, {2}); }, vec({0, 0}), vec({1}), vec({1, 1})), {0, 0}));
  CHECK(sentence<ValueError>([] { lp_pool(line, 0, {2}); }) == "lp_pool: p is 0.000000; it must be above 0 and finite");
}

TEST_CASE("adaptive pools divide an axis evenly") {
  CHECK(holds(adaptive_avg_pool(line, {2}), {2, 11.0 / 3}, 1e-15));
  CHECK(holds(adaptive_max_pool(line, {2}), {3, 5}));
  CHECK(holds(adaptive_max_pool_with_index(line, {3}).indices, {1, 3, 3}));
  CHECK(holds(adaptive_avg_pool(square4, {1, 2}), {7.5, 9.5}));
  CHECK(adaptive_avg_pool(line, {0}).shape() == Shape{0});
  CHECK(sentence<ShapeError>([] {
          adaptive_avg_pool(zeros({2, 0}), {3});
        }) == "adaptive_avg_pool: 3 parts of axis 1 of [2, 0], which has no element");
}

TEST_CASE("pools say what does not fit") {
  CHECK(sentence<ShapeError>([] {
          max_pool(line, {2, 2});
        }) == "max_pool: 2 sizes for x, [5]; give 1 to 3, one for each of the last axes of x that are pooled");
  CHECK(sentence<ShapeError>([] { max_pool(line, {6}); }) ==
        "max_pool: the window of 6, 1 apart, is larger than x with its padding on spatial axis 0, 5 + 0");
  CHECK(sentence<ValueError>([] { max_pool(line, {3}, {.padding = 2}); }) ==
        "max_pool: the padding is 2 on spatial axis 0; it may be at most half the window of 3");
  CHECK(sentence<ValueError>([] { max_pool(line, {2}, {.stride = 0}); }) == "max_pool: the stride is 0; it must be at least 1");
  CHECK(sentence<ValueError>([] { avg_pool(line, {0}); }) == "avg_pool: the window is 0; it must be at least 1");
  CHECK(sentence<ValueError>([] { avg_pool(line, {2}, {.divisor = 0}); }) == "avg_pool: the divisor is 0; it must be another number");
}
