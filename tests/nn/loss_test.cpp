#include <descent/nn/loss.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;
using nn::Reduction;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// [2, 3]
Tensor some_logits() { return grid({2, 3}, {0.5, -1, 2, 1.5, 0, -0.5}); }

/// -log softmax(row)[target]
double row_cost(const std::vector<double>& row, std::size_t target) {
  double total = 0;
  for (const double x : row) total += std::exp(x);
  return std::log(total) - row[target];
}

}  // namespace

TEST_CASE("mse, mae and huber: closed forms and reductions") {
  const Tensor p = vec({1, -2, 4});
  const Tensor t = vec({0.5, 1, 4});
  CHECK(holds(nn::mse(p, t, Reduction::none), {0.25, 9, 0}));
  CHECK(holds(nn::mse(p, t, Reduction::sum), {9.25}));
  CHECK(holds(nn::mse(p, t), {9.25 / 3}, 1e-15));
  CHECK(holds(nn::mae(p, t, Reduction::none), {0.5, 3, 0}));
  CHECK(holds(nn::mae(p, t), {3.5 / 3}, 1e-15));
  CHECK(holds(nn::huber(p, t, 1, Reduction::none), {0.125, 2.5, 0}));
  CHECK(holds(nn::huber(p, t, 4, Reduction::none), {0.125, 4.5, 0}));
  CHECK(holds(nn::huber(p, t), {2.625 / 3}, 1e-15));
  CHECK(holds(nn::mse(p, 1.0, Reduction::none), {0, 9, 9}));
  CHECK(nn::mse(tensor({1.0}), tensor({2})).dtype() == f32);
  CHECK(nn::mse(tensor({1}), tensor({2})).dtype() == f32);
}

TEST_CASE("mae and huber: slopes, where they are equal and where the parabola ends") {
  const Tensor p = vec({1, -2, 4, 5});
  const Tensor t = vec({0.5, 1, 4, 4});
  CHECK(holds(slope([&](const Tensor& x) { return nn::mae(x, t, Reduction::sum); }, p), {1, -1, 0, 1}));
  CHECK(holds(slope([&](const Tensor& x) { return nn::huber(x, t, 1, Reduction::sum); }, p), {0.5, -1, 0, 1}));
  CHECK(holds(slope([&](const Tensor& x) { return nn::huber(x, 0.0, 2, Reduction::sum); }, vec({kInf, -kInf, 1e200})), {2, -2, 2}));
  CHECK(holds(nn::huber(vec({kNaN, kInf}), 0.0, 1, Reduction::none), {kNaN, kInf}));
}

TEST_CASE("losses: prediction and target broadcast to the shape of one of them, not beyond") {
  const Tensor column = grid({3, 1}, {1, 2, 3});
  CHECK(nn::mse(ones({4, 3}, f64), vec({1, 2, 3}), Reduction::none).shape() == Shape{4, 3});
  CHECK(sentence<ShapeError>([&] {
          nn::mse(column, vec({1, 2, 3}));
        }) == "mse: the prediction is [3, 1] and the target [3]; one must broadcast to the shape of the other, reshape it");
  CHECK(sentence<ShapeError>([&] {
          nn::mae(column, ones({2, 1}, f64));
        }) == "mae: the prediction is [3, 1] and the target [2, 1]; one must broadcast to the shape of the other, reshape it");
  CHECK_THROWS_AS(nn::huber(column, vec({1, 2})), ShapeError);
  CHECK_THROWS_AS(nn::binary_cross_entropy_with_logits(column, vec({1, 2, 3})), ShapeError);
}

TEST_CASE("losses: the mean of an empty batch is an error, its sum is 0") {
  CHECK(sentence<ShapeError>([] {
          nn::mse(zeros({0, 2}), zeros({0, 2}));
        }) == "mse: the mean of no loss ([0, 2]); give a batch of at least one, or ask for Reduction::sum");
  CHECK(sentence<ShapeError>([] {
          nn::cross_entropy(zeros({0, 2}), zeros({0}, i64));
        }) == "cross_entropy: the mean of no loss ([0]); give a batch of at least one, or ask for Reduction::sum");
  CHECK(holds(nn::mse(zeros({0, 2}), zeros({0, 2}), Reduction::sum), {0}));
  CHECK(holds(nn::cross_entropy(zeros({0, 2}), zeros({0}, i64), {.reduction = Reduction::sum}), {0}));
}

TEST_CASE("losses: errors name the line of the call") {
  try {
    nn::mse(zeros({2}), zeros({3}));
    FAIL("nothing was thrown");
  } catch (const ShapeError& error) { CHECK_THAT(error.what(), Catch::Contains("loss_test.cpp:")); }
}

TEST_CASE("huber: delta must be above 0") {
  CHECK(sentence<ValueError>([] { nn::huber(1.0, 2.0, 0); }) == "huber: delta is 0; it must be finite and above 0");
  CHECK_THROWS_AS(nn::huber(1.0, 2.0, kNaN), ValueError);
  CHECK_THROWS_AS(nn::huber(1.0, 2.0, kInf), ValueError);
}

TEST_CASE("cross_entropy: of classes") {
  const std::vector<double> rows = {row_cost({0.5, -1, 2}, 2), row_cost({1.5, 0, -0.5}, 1)};
  CHECK(holds(nn::cross_entropy(some_logits(), ints({2, 1}), {.reduction = Reduction::none}), rows, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), ints({2, 1}), {.reduction = Reduction::sum}), {rows[0] + rows[1]}, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), ints({2, 1})), {(rows[0] + rows[1]) / 2}, 1e-15));
  CHECK(holds(nn::cross_entropy(vec({0.5, -1, 2}), scalar(2, i32)), {rows[0]}, 1e-15));
  CHECK(nn::cross_entropy(cast(some_logits(), f32), ints({2, 1})).dtype() == f32);
  CHECK(nn::cross_entropy(zeros({2, 5, 3}), zeros({2, 5}, i64), {.reduction = Reduction::none}).shape() == Shape{2, 5});

  const Tensor at = slope([](const Tensor& x) { return nn::cross_entropy(x, ints({2, 1})); }, some_logits());
  CHECK(holds(at, list((softmax(some_logits()) - one_hot(ints({2, 1}), 3, f64)) / 2.0), 1e-15));
}

TEST_CASE("cross_entropy: of soft targets") {
  const Tensor soft = grid({2, 3}, {0, 0.25, 0.75, 1, 0, 0});
  const std::vector<double> rows = {0.25 * row_cost({0.5, -1, 2}, 1) + 0.75 * row_cost({0.5, -1, 2}, 2), row_cost({1.5, 0, -0.5}, 0)};
  CHECK(holds(nn::cross_entropy(some_logits(), soft, {.reduction = Reduction::none}), rows, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), soft), {(rows[0] + rows[1]) / 2}, 1e-15));
  CHECK(
      holds(nn::cross_entropy(some_logits(), one_hot(ints({2, 1}), 3, f64)), list(nn::cross_entropy(some_logits(), ints({2, 1}))), 1e-15));

  const auto of_targets = [](const Tensor& t) { return nn::cross_entropy(some_logits(), t, {.reduction = Reduction::sum}); };
  CHECK(holds(slope(of_targets, soft), list(-log_softmax(some_logits())), 1e-15));  // where the target is 0 too

  const Tensor masked = vec({1, -kInf, 2});  // a class that is ruled out, and is not asked for
  CHECK(holds(nn::cross_entropy(masked, vec({0.5, 0, 0.5})), {0.5 * (row_cost({1, 2}, 0) + row_cost({1, 2}, 1))}, 1e-15));
  const Tensor at = slope([](const Tensor& x) { return nn::cross_entropy(x, vec({0.5, 0, 0.5})); }, masked);
  CHECK(holds(at, list(softmax(masked) - vec({0.5, 0, 0.5})), 1e-15));
}

TEST_CASE("cross_entropy: rows that are ignored cost nothing and are not counted") {
  const Tensor targets = ints({2, -100});
  CHECK(holds(nn::cross_entropy(some_logits(), targets), {row_cost({0.5, -1, 2}, 2)}, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), targets, {.reduction = Reduction::none}), {row_cost({0.5, -1, 2}, 2), 0}, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), ints({2, 1}), {.ignore_index = 1}), {row_cost({0.5, -1, 2}, 2)}, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), tensor({2, -100})), {row_cost({0.5, -1, 2}, 2)}, 1e-15));  // i32

  // two rows of which one is ignored are one row, bit for bit
  const Tensor both = slope([&](const Tensor& x) { return nn::cross_entropy(x, targets); }, some_logits());
  const Tensor one = slope([](const Tensor& x) { return nn::cross_entropy(x, ints({2})); }, slice(some_logits(), {Slice{0, 1}}));
  std::vector<double> wanted = list(one);
  wanted.resize(6, 0.0);
  CHECK(holds(both, wanted));
}

TEST_CASE("cross_entropy: when all rows are ignored the cost is 0 and so is the gradient") {
  const auto cost = [](const Tensor& x) { return nn::cross_entropy(x, ints({-100, -100})); };
  CHECK(holds(cost(some_logits()), {0}));
  CHECK(holds(slope(cost, some_logits()), std::vector<double>(6, 0.0)));
}

TEST_CASE("cross_entropy: an ignored row has gradient 0, whatever its logits are") {
  const double bad = GENERATE(-kInf, kInf, kNaN);
  const Tensor logits = grid({2, 3}, {0.5, -1, 2, bad, bad, bad});
  const auto cost = [](const Tensor& x) { return nn::cross_entropy(x, ints({2, -100})); };
  CHECK(holds(cost(logits), {row_cost({0.5, -1, 2}, 2)}, 1e-15));
  const std::vector<double> at = list(slope(cost, logits));
  CHECK(std::vector<double>(at.begin() + 3, at.end()) == std::vector<double>(3, 0.0));
  CHECK(std::isfinite(at[0]));
}

TEST_CASE("cross_entropy: no overflow at large logits, and NaN is not hidden") {
  CHECK(holds(nn::cross_entropy(tensor({{1e4, -1e4}, {-1e4, 1e4}}), ints({0, 0}), {.reduction = Reduction::none}), {0, 2e4}));
  CHECK(holds(nn::cross_entropy(vec({kNaN, 0}), scalar(1, i64)), {kNaN}));
}

TEST_CASE("cross_entropy: targets that do not fit") {
  CHECK(sentence<IndexError>([] {
          nn::cross_entropy(some_logits(), ints({0, 3}));
        }) == "cross_entropy: the target of row 1 is 3; it must be a class from 0 to 2, or the ignored index -100");
  CHECK(sentence<IndexError>([] {
          nn::cross_entropy(some_logits(), ints({-4, 0}));
        }) == "cross_entropy: the target of row 0 is -4; it must be a class from 0 to 2, or the ignored index -100");
  CHECK(sentence<ShapeError>([] {
          nn::cross_entropy(some_logits(), ints({0, 1, 2}));
        }) == "cross_entropy: targets are i64[3] for logits [2, 3]; they must be [2] (integer classes) or [2, 3] (soft)");
  CHECK(sentence<ShapeError>([] {
          nn::cross_entropy(some_logits(), vec({0, 1}));
        }) == "cross_entropy: targets are f64[2] for logits [2, 3]; they must be [2] (integer classes) or [2, 3] (soft)");
  CHECK(sentence<DtypeError>([] {
          nn::cross_entropy(some_logits(), tensor({true, false}));
        }) == "cross_entropy: the targets are bool; they must be integers (classes) or floating (soft), cast them first");
  CHECK(sentence<ShapeError>([] { nn::cross_entropy(1.0, scalar(0, i64)); }) ==
        "cross_entropy: the logits are []; their last axis must hold the classes, at least one");
  CHECK_THROWS_AS(nn::cross_entropy(zeros({2, 0}), zeros({2}, i64)), ShapeError);
}

TEST_CASE("binary_cross_entropy_with_logits: closed form, and digits near 0") {
  const Tensor x = vec({0, 2, -1});
  const Tensor t = vec({1, 0, 0.25});
  const auto wanted = [](double logit, double target) {
    const double p = 1 / (1 + std::exp(-logit));
    return -target * std::log(p) - (1 - target) * std::log(1 - p);
  };
  CHECK(holds(nn::binary_cross_entropy_with_logits(x, t, Reduction::none), {wanted(0, 1), wanted(2, 0), wanted(-1, 0.25)}, 1e-15));
  CHECK(holds(slope([&](const Tensor& at) { return nn::binary_cross_entropy_with_logits(at, t, Reduction::sum); }, x), list(sigmoid(x) - t),
              1e-15));
  CHECK(holds(slope([&](const Tensor& at) { return nn::binary_cross_entropy_with_logits(x, at, Reduction::sum); }, t), {0, -2, 1}, 1e-15));

  const Tensor sure = tensor({20.0, -20.0, kInf, -kInf});
  const Tensor right = tensor({1, 0, 1, 0});
  const std::vector<double> costs = list(nn::binary_cross_entropy_with_logits(sure, right, Reduction::none));
  CHECK(costs[0] == Approx(std::exp(-20.0)).epsilon(1e-6));
  CHECK(costs[1] == Approx(std::exp(-20.0)).epsilon(1e-6));
  CHECK(costs[2] == 0);
  CHECK(costs[3] == 0);
  CHECK(holds(nn::binary_cross_entropy_with_logits(vec({1e4, -1e4}), vec({0, 1}), Reduction::none), {1e4, 1e4}));
}

TEST_CASE("losses: gradients by differences, in prediction and target") {
  struct Pair {
    Tensor prediction, target;
  };
  const Pair at{vec({0.3, -1.2, 2.5}), vec({0.9, 0.1, 0.4})};
  CHECK(gradcheck([](const Pair& p) { return nn::mse(p.prediction, p.target); }, at));
  CHECK(gradcheck([](const Pair& p) { return nn::mae(p.prediction, p.target); }, at));
  CHECK(gradcheck([](const Pair& p) { return nn::huber(p.prediction, p.target, 0.7); }, at));
  CHECK(gradcheck([](const Pair& p) { return nn::binary_cross_entropy_with_logits(p.prediction, p.target); }, at));
  CHECK(gradcheck([](const Pair& p) { return nn::cross_entropy(p.prediction, p.target); }, at));
  CHECK(gradcheck([](const Tensor& x) { return nn::cross_entropy(x, ints({2, -100})); }, some_logits()));
}
