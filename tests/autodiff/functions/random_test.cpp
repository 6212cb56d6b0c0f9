#include <descent/autodiff/functions/random.hpp>

#include <algorithm>
#include <cmath>

#include <descent/autodiff/functions/statistics.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

/// How far a mean of n independent numbers of this deviation may lie off: five of its own deviations.
double allowance(double deviation, double n) { return 5 * deviation / std::sqrt(n); }

constexpr Index kMany = 40000;

/// The shares of 0, 1, ... among whole numbers.
std::vector<double> shares(const Tensor& draws, std::size_t classes) {
  std::vector<double> count(classes, 0);
  for (const Index i : draws.to_vector<Index>()) count.at(static_cast<std::size_t>(i)) += 1.0 / static_cast<double>(draws.numel());
  return count;
}

}  // namespace

TEST_CASE("exponential: mean and variance, never negative") {
  Rng rng(1);
  const Tensor x = exponential({kMany}, rng, 2, f64);
  CHECK(std::abs(mean(x).item<double>() - 0.5) < allowance(0.5, kMany));
  CHECK(std::abs(var(x).item<double>() - 0.25) < allowance(0.25 * std::sqrt(8.0), kMany));  // the fourth moment is 9 variances^2
  CHECK(min(x).item<double>() >= 0);
  CHECK(exponential({2, 3}, rng).dtype() == f32);
  CHECK(sentence<ValueError>([&] { exponential({2}, rng, 0); }) == "exponential: the rate is 0.000000; it must be finite and above 0");
}

TEST_CASE("gumbel: mean and variance, finite") {
  Rng rng(2);
  const Dtype dtype = GENERATE(f32, f64);
  const Tensor x = gumbel({kMany}, rng, dtype);
  const double variance = std::pow(std::acos(-1.0), 2) / 6;
  CHECK(x.dtype() == dtype);
  CHECK(std::abs(mean(x).item<double>() - 0.57721566490153286) < allowance(std::sqrt(variance), kMany));
  CHECK(std::abs(var(x).item<double>() - variance) < allowance(variance * std::sqrt(4.4), kMany));  // its kurtosis is 5.4
  CHECK(all(isfinite(x)).item<bool>());
}

TEST_CASE("draws: the same from the same generator, others from the next") {
  Rng first(3), again(3);
  const std::vector<double> drawn = list(gumbel({8}, first));
  CHECK(list(gumbel({8}, again)) == drawn);
  CHECK(list(gumbel({8}, again)) != drawn);
}

TEST_CASE("categorical: as often as softmax says, never where the logit is -infinity") {
  Rng rng(4);
  const Tensor p = vec({0.1, 0.6, 0, 0.3});
  const std::vector<double> found = shares(categorical(broadcast_to(log(p), {kMany, 4}), rng), 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(std::abs(found[i] - list(p)[i]) <= allowance(0.5, kMany));
  CHECK(found[2] == 0);
  CHECK(categorical(zeros({2, 3, 5}), rng).shape() == Shape{2, 3});
  CHECK(categorical(tensor({0, 1}), rng).dtype() == i64);
  CHECK(sentence<ShapeError>([&] {
          categorical(zeros({2, 0}), rng);
        }) == "categorical: the logits are [2, 0]; their last axis must hold the classes, at least one");
}

TEST_CASE("gumbel_softmax: of sum 1, its greatest is the draw of categorical, and the slope goes to the logits") {
  const Tensor logits = grid({2, 3}, {0, 1, 2, 1, 1, 1});
  Rng rng(5), again(5), third(5), fourth(5);
  const Tensor soft = gumbel_softmax(logits, rng, {.temperature = 0.5});
  CHECK(holds(sum(soft, -1), {1, 1}, 1e-15));
  CHECK(list(argmax(soft, -1)) == list(categorical(logits, again)));
  const Tensor hard = gumbel_softmax(logits, third, {.temperature = 0.5, .hard = true});
  CHECK(holds(hard, list(one_hot(argmax(soft, -1), 3))));
  const auto f = [&](const Tensor& x) {
    Rng same = fourth;
    return gumbel_softmax(x, same, {.temperature = 0.5, .hard = true}) * vec({1, 2, 4});
  };
  const Tensor inner = sum(soft * vec({1, 2, 4}), -1, keep_axes);
  CHECK(holds(slope(f, logits), list(2.0 * soft * (vec({1, 2, 4}) - inner)), 1e-14));
  CHECK(sentence<ValueError>([&] { gumbel_softmax(logits, rng, {.temperature = 0}); }) ==
        "gumbel_softmax: the temperature is 0.000000; it must be finite and above 0");
}

TEST_CASE("choice: rows, with and without replacement, by probabilities") {
  Rng rng(6);
  const Tensor x = 10.0 * arange(5, f64);
  std::vector<double> all = list(choice(x, 5, rng, {.replace = false}));
  std::sort(all.begin(), all.end());
  CHECK(all == std::vector<double>{0, 10, 20, 30, 40});
  const std::vector<double> even = shares(choice(arange(4), kMany, rng), 4);
  for (const double share : even) CHECK(std::abs(share - 0.25) < allowance(0.5, kMany));
  const std::vector<double> uneven = shares(choice(arange(3), kMany, rng, {.probabilities = vec({1, 0, 3})}), 3);
  CHECK(std::abs(uneven[0] - 0.25) < allowance(0.5, kMany));
  CHECK(uneven[1] == 0);
  CHECK(choice(ones({3, 2}), 7, rng).shape() == Shape{7, 2});
  CHECK(choice(ones({0, 2}), 0, rng).shape() == Shape{0, 2});
  CHECK(holds(slope([&](const Tensor& at) { return choice(at, 2, rng, {.replace = false}); }, vec({1, 2})), {1, 1}));
  CHECK(sentence<ValueError>([&] { choice(x, 6, rng, {.replace = false}); }) ==
        "choice: 6 of 5 rows without replacement; there are not so many");
  CHECK(sentence<ShapeError>([&] { choice(zeros({0}), 1, rng); }) == "choice: x is [0]; it must have rows to choose from");
  CHECK_THROWS_AS(choice(1.0, 1, rng), ShapeError);
  CHECK(sentence<ShapeError>([&] { choice(x, 1, rng, {.probabilities = vec({1})}); }) ==
        "choice: the probabilities are [1]; they must be [5], one for each row of x");
  CHECK(sentence<ValueError>([&] { choice(x, 1, rng, {.replace = false, .probabilities = x}); }) ==
        "choice: probabilities without replacement; leave one of them out");
}
