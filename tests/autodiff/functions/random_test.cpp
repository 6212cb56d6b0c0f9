#include <descent/autodiff/functions/random.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

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

TEST_CASE("randint: whole numbers, all alike") {
  Rng rng(12);
  const Tensor x = randint({kMany}, rng, -1, 3);
  CHECK(x.dtype() == i64);
  for (const double share : shares(x + 1, 4)) CHECK(std::abs(share - 0.25) < allowance(0.5, kMany));
  CHECK(holds(randint({2, 1}, rng, 5, 6), {5, 5}));
  CHECK(randint({0}, rng, 0, 9).shape() == Shape{0});
  CHECK(sentence<ValueError>([&] { randint({2}, rng, 3, 3); }) ==
        "randint: from 3 to below 3; there must be at least one number and at most 2^53");
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

TEST_CASE("gamma: mean and variance, the draw of loggamma, and its slope") {
  Rng rng(7);
  for (const double a : {0.2, 1.0, 30.0}) {
    const Tensor x = gamma(full({kMany}, a, f64), rng);
    CHECK(std::abs(mean(x).item<double>() - a) < allowance(std::sqrt(a), kMany));
    CHECK(std::abs(var(x).item<double>() - a) < allowance(std::sqrt(2 * a * a + 6 * a), kMany));  // the kurtosis is 3 + 6 / a
  }
  const Rng kept = rng;
  const auto draw = [&](const Tensor& a) {
    Rng same = kept;
    return gamma(a, same);
  };
  const Tensor a = vec({0.5, 3});
  Rng again = rng;
  const Tensor z = loggamma(a, again);
  CHECK(holds(draw(a), list(exp(z))));
  CHECK(holds(slope(draw, a), list(exp(z) * loggamma_slope(0, a, z)), 1e-15));
  CHECK(gamma(2.5, rng).dtype() == f32);
  CHECK(gamma(ones({2}, f64), rng).dtype() == f64);
  CHECK(gamma(ones({2, 3}), rng).shape() == Shape{2, 3});
}

TEST_CASE("gamma: where it underflows the draw is 0 and so is the slope, never NaN") {
  Rng rng(8);
  const auto draw = [&](const Tensor& a) {
    Rng same = rng;
    return gamma(a, same);
  };
  CHECK(holds(draw(full({4}, 1e-5, f64)), {0, 0, 0, 0}));
  CHECK(holds(slope(draw, full({4}, 1e-5, f64)), {0, 0, 0, 0}));
  CHECK(holds(slope(draw, vec({0})), {0}));
  CHECK(std::isnan(gamma(-1.0, rng).item<double>()));
}

TEST_CASE("beta: mean and variance, in [0, 1] for small parameters, and slopes to both") {
  Rng rng(9);
  for (const auto& [a, b] : {std::pair{2.0, 3.0}, std::pair{0.1, 0.4}, std::pair{1e-5, 3e-5}}) {
    const Tensor x = beta(full({kMany}, a, f64), b, rng);
    const double m = a / (a + b), variance = m * (1 - m) / (a + b + 1);
    CHECK(std::abs(mean(x).item<double>() - m) < allowance(std::sqrt(variance), kMany));
    CHECK(std::abs(var(x).item<double>() - variance) < allowance(variance, kMany));
    CHECK(min(x).item<double>() >= 0);
    CHECK(max(x).item<double>() <= 1);
  }
  // d/da E[x] = b / (a + b)^2, by the mean of the slopes
  const Tensor a = full({kMany}, 2, f64), b = full({kMany}, 3, f64);
  Tape tape;
  const Tensor left = tape.watch(a), right = tape.watch(b);
  const Tensor total = sum(beta(left, right, rng));
  CHECK(std::abs(mean(tape.gradient(total, left)).item<double>() - 3.0 / 25) < 0.002);
  CHECK(std::abs(mean(tape.gradient(total, right)).item<double>() + 2.0 / 25) < 0.002);
  CHECK(beta(ones({3, 1}), ones({2}, f64), rng).shape() == Shape{3, 2});
  CHECK(beta(ones({2}), 2, rng).dtype() == f32);
  CHECK(sentence<ShapeError>([&] { beta(ones({3}), ones({2}), rng); }) ==
        "beta: shapes [3] and [2] do not broadcast; aligned at the end, sizes must be equal or 1");
}

TEST_CASE("dirichlet: of sum 1, with the means of its concentrations") {
  Rng rng(10);
  const Tensor a = vec({1, 2, 5}), x = dirichlet(broadcast_to(a, {kMany, 3}), rng);
  CHECK(holds(sum(slice(x, {Slice{0, 3}}), -1), {1, 1, 1}, 1e-15));
  const std::vector<double> means = list(mean(x, 0));
  for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(means[i] - list(a)[i] / 8) < allowance(0.2, kMany));
  CHECK(all(isfinite(dirichlet(full({100, 3}, 1e-4), rng))).item<bool>());
  CHECK(dirichlet(ones({4, 2}), rng).dtype() == f32);
  CHECK(sentence<ShapeError>([&] {
          dirichlet(zeros({2, 0}), rng);
        }) == "dirichlet: the concentration is [2, 0]; its last axis must hold the classes, at least one");
}

TEST_CASE("dropout: as many zeros as the rate, the mean stays, and the cotangent is masked alike") {
  Rng rng(11);
  const Tensor x = full({kMany}, 2, f64);
  Rng again = rng;
  const Tensor y = dropout(x, 0.25, rng);
  CHECK(std::abs(mean(y).item<double>() - 2) < allowance(2 * std::sqrt(1.0 / 3), kMany));
  CHECK(all(logical_or(y == 0, y == 2 / 0.75)).item<bool>());
  const auto same = [&](const Tensor& at) {
    Rng copy = again;
    return dropout(at, 0.25, copy);
  };
  CHECK(list(2.0 * slope(same, x)) == list(y));
  CHECK(holds(dropout(vec({1, 2}), 0, rng), {1, 2}));
  CHECK(rng.counter.item<Index>() == 1);
  CHECK(dropout(tensor({1, 2}), 0.5, rng).dtype() == f32);
  CHECK(sentence<ValueError>([&] { dropout(x, 1, rng); }) == "dropout: the rate is 1.000000; it must lie in [0, 1)");
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
