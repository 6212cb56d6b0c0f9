#include <descent/autodiff/functions/normalising.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/functions/statistics.hpp>
#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// [2, 4, 3], nothing special about it
Tensor some() { return sin(reshape(3.0 * arange(24, f64) + 1.0, {2, 4, 3})); }

}  // namespace

TEST_CASE("layer_norm: mean 0 and variance 1 over the axes named, then weight and bias") {
  const double unit = std::sqrt(1.5);  // (x - mean) / deviation of 1, 2, 3
  const Tensor x = grid({2, 3}, {1, 2, 3, 30, 20, 10});
  CHECK(holds(layer_norm(x, -1, {.eps = 0}), {-unit, 0, unit, unit, 0, -unit}, 1e-15));
  CHECK(holds(layer_norm(x, 0, {.eps = 0}), {-1, -1, -1, 1, 1, 1}, 1e-15));
  CHECK(holds(layer_norm(vec({1, 2, 3}), -1, {vec({1, 2, 3}), vec({10, 20, 30}), 0}), {10 - unit, 20, 30 + 3 * unit}, 1e-15));
  CHECK(holds(layer_norm(vec({-1, 1}), -1, {.eps = 3}), {-0.5, 0.5}));  // eps is under the root
  CHECK(layer_norm(tensor({1, 2})).dtype() == f32);
}

TEST_CASE("layer_norm: a large mean costs no digits, constants are exactly 0") {
  CHECK(holds(layer_norm(vec({1e8, 1e8 + 1, 1e8 + 2}), -1, {.eps = 0}), {-std::sqrt(1.5), 0, std::sqrt(1.5)}, 1e-15));
  const Tensor constant = full({7}, 12345.678);
  CHECK(holds(layer_norm(constant, -1, {.eps = 1e-12}), std::vector<double>(7, 0)));
}

TEST_CASE("rms_norm: the mean square becomes 1") {
  CHECK(holds(rms_norm(vec({3, 4, 0, 0}), -1, {.weight = vec({1, 2, 3, 4}), .eps = 0}), {3 / 2.5, 2 * 4 / 2.5, 0, 0}, 1e-15));
  CHECK(holds(rms_norm(vec({1, 1}), -1, {.eps = 3}), {0.5, 0.5}));
  CHECK(holds(slope([](const Tensor& x) { return rms_norm(x, -1, {.eps = 0.25}); }, vec({0, 0})), {2, 2}));
}

TEST_CASE("group_norm and instance_norm: the axes that each group takes") {
  const Tensor x = some();
  const Tensor weight = vec({1, 2, 3, 4}), bias = vec({5, 6, 7, 8});
  const auto column = [](const Tensor& of) { return reshape(of, {4, 1}); };
  const Tensor halves = reshape(layer_norm(reshape(x, {2, 2, 6})), {2, 4, 3});
  CHECK(holds(group_norm(x, 2, {weight, bias}), list(halves * column(weight) + column(bias))));
  CHECK(holds(group_norm(x, 1), list(reshape(layer_norm(reshape(x, {2, 12})), {2, 4, 3}))));
  CHECK(holds(instance_norm(x, {weight, bias}), list(layer_norm(x) * column(weight) + column(bias))));
  CHECK(holds(instance_norm(x), list(group_norm(x, 4)), 1e-15));
}

TEST_CASE("batch_norm: in training the batch's statistics, of which the running ones take a part") {
  const Tensor x = grid({2, 2, 2}, {1, 10, 2, 20, 3, 30, 4, 40});  // channel 0: 1, 10, 3, 30; channel 1: 2, 20, 4, 40
  const Tensor x0 = vec({1, 10, 3, 30}), x1 = vec({2, 20, 4, 40});
  const auto [value, running] = batch_norm_training(x, {vec({1, 1}), vec({2, 2})}, 0.25, {.eps = 0});
  const std::vector<double> first = list(layer_norm(x0, -1, {.eps = 0})), second = list(layer_norm(x1, -1, {.eps = 0}));
  CHECK(holds(value, {first[0], first[1], second[0], second[1], first[2], first[3], second[2], second[3]}, 1e-15));
  CHECK(holds(running.mean, {0.75 + 0.25 * 11, 0.75 + 0.25 * 16.5}, 1e-15));
  CHECK(holds(running.variance, {1.5 + 0.25 * var(x0).item<double>(), 1.5 + 0.25 * var(x1).item<double>()}, 1e-15));
  const BatchStatistics fresh = batch_norm_training(x, {}, 0.25).running;
  CHECK(holds(fresh.mean, {11, 16.5}));
  CHECK(holds(fresh.variance, {var(x0).item<double>(), var(x1).item<double>()}, 1e-15));
}

TEST_CASE("batch_norm: after training the running statistics") {
  const Tensor x = grid({1, 2, 2}, {1, 5, 2, 4});
  CHECK(holds(batch_norm(x, {vec({1, 2}), vec({4, 1})}, {vec({1, 10}), vec({0, 5}), 0}), {0, 2, 5, 25}));
}

TEST_CASE("batch_norm: a constant channel has a finite slope, of the second order too") {
  const auto f = [](const Tensor& x) { return batch_norm_training(x, {}).value; };
  const Tensor x = grid({1, 1, 2}, {3, 3});
  CHECK(holds(f(x), {0, 0}));
  CHECK(holds(slope(f, x), {0, 0}));
  CHECK(holds(slope(f, x, grid({1, 1, 2}, {1, -1})), {1 / std::sqrt(1e-5), -1 / std::sqrt(1e-5)}, 1e-14));
  CHECK(holds(hessian_times(f, x, grid({1, 1, 2}, {1, -1}), grid({1, 1, 2}, {1, 2})), {0, 0}, 1e-9));
}

TEST_CASE("batch_norm: running statistics are constants to a tape") {
  const Tensor x = grid({2, 1}, {1, 2});
  CHECK(holds(slope([](const Tensor& at) { return batch_norm_training(at, {}).running.mean + 0.0 * sum(at); }, x), {0, 0}));
}

TEST_CASE("norms: gradients by differences") {
  struct All {
    Tensor x, weight, bias;
  };
  const All at{some(), vec({1, 2, 3, 4}), vec({4, 3, 2, 1})};
  const Tensor by = cos(reshape(arange(24, f64), {2, 4, 3}));
  CHECK(gradcheck([&](const All& a) { return sum(by * group_norm(a.x, 2, {a.weight, a.bias})); }, at));
  CHECK(gradcheck([&](const All& a) { return sum(by * instance_norm(a.x, {a.weight, a.bias})); }, at));
  CHECK(gradcheck([&](const All& a) { return sum(by * batch_norm_training(a.x, {}, 0.1, {a.weight, a.bias}).value); }, at));
  CHECK(gradcheck([&](const All& a) { return sum(by * batch_norm(a.x, {a.bias, a.weight}, {a.weight, a.bias})); }, at));
  CHECK(gradcheck([&](const All& a) { return sum(by * rms_norm(a.x)); }, at));
  CHECK(gradcheck([&](const All& a) { return sum(by * local_response_norm(a.x, 3, {.alpha = 0.5})); }, at));
}

TEST_CASE("local_response_norm: zeros beyond the ends, one more channel before than behind for an even size") {
  const Tensor x = grid({1, 4, 1}, {1, 2, 3, 4});
  const LocalResponseOptions plain{.alpha = 1, .beta = 1, .k = 0};
  CHECK(holds(local_response_norm(x, 1, plain), {1, 0.5, 1.0 / 3, 0.25}, 1e-15));
  CHECK(holds(local_response_norm(x, 3, plain), {3.0 / 5, 6.0 / 14, 9.0 / 29, 12.0 / 25}, 1e-15));
  CHECK(holds(local_response_norm(x, 2, plain), {2.0 / 1, 4.0 / 5, 6.0 / 13, 8.0 / 25}, 1e-15));
}

TEST_CASE("softmin: the least gets the most") {
  CHECK(holds(softmin(vec({0, std::log(3.0)})), {0.75, 0.25}, 1e-15));
  CHECK(softmin(grid({2, 1}, {1, 1}), 0).to_vector<double>() == std::vector<double>{0.5, 0.5});
}

TEST_CASE("sparsemax: closed forms, exact zeros, shifts and infinities") {
  CHECK(holds(sparsemax(vec({0.5, 0})), {0.75, 0.25}, 1e-15));
  CHECK(holds(sparsemax(vec({3, 1, 0})), {1, 0, 0}));
  CHECK(holds(sparsemax(vec({1.2, 1, 0.1})), {0.6, 0.4, 0}, 1e-15));
  CHECK(holds(sparsemax(vec({2, 2, 2, 2})), {0.25, 0.25, 0.25, 0.25}));
  CHECK(holds(sparsemax(vec({1e9 + 0.5, 1e9, -kInf})), {0.75, 0.25, 0}, 1e-15));
  CHECK(holds(sparsemax(grid({2, 2}, {0.5, 7, 0, 3}), 0), {0.75, 1, 0.25, 0}, 1e-15));
  CHECK(sparsemax(tensor({1, 5})).dtype() == f32);
  const std::vector<double> p = list(sparsemax(sin(7.0 * arange(50, f64))));
  double total = 0;
  for (const double one : p) total += one;
  CHECK(total == Approx(1));
}

TEST_CASE("sparsemax: the slope is that of the mean within the positive ones") {
  const Tensor ct = vec({1, 2, 4});
  CHECK(holds(slope([](const Tensor& x) { return sparsemax(x); }, vec({1.2, 1, 0.1}), ct), {-0.5, 0.5, 0}));
  CHECK(holds(slope([](const Tensor& x) { return sparsemax(x); }, vec({3, 1, 0}), ct), {0, 0, 0}));
  CHECK(gradcheck([&](const Tensor& x) { return sum(square(sparsemax(x)) * vec({1, 2, 3, 4})); }, vec({0.3, 0.2, 0.25, -3})));
}

TEST_CASE("norms: errors") {
  CHECK(sentence<ShapeError>([] {
          layer_norm(zeros({2, 3}), -1, {.weight = zeros({2})});
        }) == "layer_norm: the weight is [2]; it must broadcast to x, [2, 3]");
  CHECK(sentence<ShapeError>([] {
          rms_norm(zeros({3}), -1, {.bias = zeros({2, 3})});
        }) == "rms_norm: the bias is [2, 3]; it must broadcast to x, [3]");
  CHECK(sentence<ValueError>([] { layer_norm(zeros({2}), -1, {.eps = kInf}); }) == "layer_norm: eps is inf; it must be finite");
  CHECK_THROWS_AS(layer_norm(zeros({2}), 1), IndexError);
  CHECK(sentence<ShapeError>([] {
          group_norm(zeros({2, 4, 3}), 3);
        }) == "group_norm: the 4 channels of [2, 4, 3] cannot be cut into 3 equal groups");
  CHECK(sentence<ShapeError>([] { group_norm(zeros({2}), 1); }) == "group_norm: x is [2]; it must be [n, channels, ...]");
  CHECK(sentence<ShapeError>([] {
          instance_norm(zeros({2, 3}));
        }) == "instance_norm: x is [2, 3]; it must be [n, channels, ...] with an axis to take the mean over");
  CHECK(sentence<ShapeError>([] {
          batch_norm_training(zeros({2, 3}), {zeros({2}), ones({3})});
        }) == "batch_norm_training: the running mean is [2] for x [2, 3]; it must be [3], one number for each channel");
  CHECK(sentence<ValueError>([] {
          batch_norm_training(zeros({1, 3}), {});
        }) == "batch_norm_training: x is [1, 3], one element for each channel, which has no variance; give a larger batch");
  CHECK_THROWS_AS(batch_norm_training(zeros({2, 3}), {}, kInf), ValueError);
  CHECK(sentence<ShapeError>([] {
          batch_norm(zeros({1, 3}), {});
        }) == "batch_norm: the statistics are absent; give the mean and variance of each channel, or use batch_norm_training");
  CHECK(sentence<ValueError>([] { local_response_norm(zeros({1, 3}), 0); }) == "local_response_norm: 0 channels; there must be at least 1");
  CHECK(sentence<ShapeError>([] { sparsemax(zeros({2, 0})); }) == "sparsemax: axis 1 of [2, 0] has no element");
}
