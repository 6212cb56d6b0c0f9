#include <descent/nn/loss/classification.hpp>

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

Tensor some_logits() { return grid({2, 3}, {0.5, -1, 2, 1.5, 0, -0.5}); }
/// -log softmax of some_logits
std::vector<double> costs() { return list(-log_softmax(some_logits())); }

}  // namespace

TEST_CASE("cross_entropy: classes count by their weights, and so does the mean") {
  const Tensor weight = vec({1, 2, 4});
  const std::vector<double> c = costs();
  const nn::CrossEntropyOptions none{.weight = weight, .reduction = Reduction::none};
  CHECK(holds(nn::cross_entropy(some_logits(), ints({2, 1}), none), {4 * c[2], 2 * c[4]}, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), ints({2, 1}), {.weight = weight}), {(4 * c[2] + 2 * c[4]) / 6}, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), ints({2, -100}), {.weight = weight}), {c[2]}, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), ints({0, 0}), {.weight = vec({0, 1, 1})}), {0}));
  const Tensor soft = grid({2, 3}, {0, 0.25, 0.75, 1, 0, 0});
  CHECK(holds(nn::cross_entropy(some_logits(), soft, none), {0.5 * c[1] + 3 * c[2], c[3]}, 1e-15));
  CHECK(holds(nn::cross_entropy(some_logits(), soft, {.weight = weight}), {(0.5 * c[1] + 3 * c[2] + c[3]) / 2}, 1e-15));
  CHECK(sentence<ShapeError>([&] {
          nn::cross_entropy(some_logits(), ints({0, 1}), {.weight = vec({1, 2})});
        }) == "cross_entropy: the weights are [2] for logits [2, 3]; they must be [3], one for each class");
}

TEST_CASE("cross_entropy: label smoothing spreads a part of the target over all classes") {
  const std::vector<double> c = costs();
  const double first = 0.7 * c[2] + 0.1 * (c[0] + c[1] + c[2]);
  CHECK(holds(nn::cross_entropy(some_logits(), ints({2, -100}), {.label_smoothing = 0.3}), {first}, 1e-15));
  const Tensor hard = one_hot(ints({2, 1}), 3, f64);
  for (const Tensor& weight : {Tensor(), vec({1, 2, 4})}) {
    const nn::CrossEntropyOptions options{.weight = weight, .label_smoothing = 0.3, .reduction = Reduction::none};
    CHECK(holds(nn::cross_entropy(some_logits(), ints({2, 1}), options), list(nn::cross_entropy(some_logits(), hard, options)), 1e-15));
  }
  // a row that is ignored is not smoothed either
  const auto cost = [](const Tensor& x) { return nn::cross_entropy(x, ints({0, -100}), {.label_smoothing = 0.2}); };
  const double p = 1 / (1 + std::exp(1.0));
  CHECK(holds(slope(cost, grid({2, 2}, {1, 2, 3, 4})), {p - 0.9, 0.9 - p, 0, 0}, 1e-15));
  CHECK(holds(slope(cost, grid({2, 2}, {1, 2, kInf, -kInf})), {p - 0.9, 0.9 - p, 0, 0}, 1e-15));
  CHECK(sentence<ValueError>([] {
          nn::cross_entropy(some_logits(), ints({0, 1}), {.label_smoothing = 1.5});
        }) == "cross_entropy: label_smoothing is 1.5; it must lie in [0, 1]");
}

TEST_CASE("nll: what log_softmax gave") {
  const Tensor logits = some_logits(), weight = vec({1, 2, 4});
  CHECK(holds(nn::nll(log_softmax(logits), ints({2, 1})), list(nn::cross_entropy(logits, ints({2, 1})))));
  CHECK(holds(nn::nll(log_softmax(logits), ints({2, 0}), {.ignore_index = 0, .weight = weight}), {costs()[2]}, 1e-15));
  CHECK(holds(nn::nll(vec({-1, -2}), scalar(1, i64)), {2}));
  CHECK(holds(slope(
                  [&](const Tensor& x) {
                    return nn::nll(x, ints({2, 1}), {.weight = weight});
                  },
                  logits),
              {0, 0, -4.0 / 6, 0, -2.0 / 6, 0}));
  CHECK(sentence<IndexError>([&] {
          nn::nll(logits, ints({0, 3}));
        }) == "nll: the target of row 1 is 3; it must be a class from 0 to 2, or the ignored index -100");
  CHECK(sentence<ShapeError>([] {
          nn::nll(zeros({2, 0}), ints({0, 1}));
        }) == "nll: the log probabilities are [2, 0]; their last axis must hold the classes, at least one");
}

TEST_CASE("binary_cross_entropy_with_logits: weights of losses and of yes") {
  const Tensor x = vec({0.5, -1, kInf}), t = vec({1, 0.25, 1});
  const auto yes = [](double logit) { return std::log1p(std::exp(-logit)); };
  const auto no = [](double logit) { return std::log1p(std::exp(logit)); };
  nn::BinaryCrossEntropyOptions options{.weight = vec({1, 2, 3}), .reduction = Reduction::none};
  CHECK(holds(nn::binary_cross_entropy_with_logits(x, t, options), {yes(0.5), 2 * (0.25 * yes(-1) + 0.75 * no(-1)), 0}, 1e-15));
  options.positive_weight = scalar(10, f64);
  CHECK(holds(nn::binary_cross_entropy_with_logits(x, t, options), {10 * yes(0.5), 2 * (2.5 * yes(-1) + 0.75 * no(-1)), 0}, 1e-15));
  CHECK(sentence<ShapeError>([&] {
          nn::binary_cross_entropy_with_logits(x, t, nn::BinaryCrossEntropyOptions{.weight = ones({2, 3})});
        }) == "binary_cross_entropy_with_logits: a weight is [2, 3]; it must broadcast to the losses, [3]");
}

TEST_CASE("binary_cross_entropy: sure answers cost 0 or 100, and leave no NaN") {
  const Tensor p = vec({0.25, 0, 1, 0, 1}), t = vec({0.5, 0, 1, 1, 0});
  const auto loss = [&](const Tensor& at) { return nn::binary_cross_entropy(at, t, Reduction::none); };
  CHECK(holds(loss(p), {-0.5 * std::log(0.25) - 0.5 * std::log(0.75), 0, 0, 100, 100}, 1e-15));
  CHECK(holds(slope(loss, p), {-2 + 0.5 / 0.75, 1, -1, 0, 0}, 1e-15));
  CHECK(holds(nn::binary_cross_entropy(sigmoid(vec({0.3})), vec({0.7})), list(nn::binary_cross_entropy_with_logits(vec({0.3}), vec({0.7}))),
              1e-15));
}

TEST_CASE("multilabel_soft_margin: the mean over classes") {
  const Tensor x = grid({2, 2}, {1, -1, 0, 2}), t = grid({2, 2}, {1, 0, 1, 1});
  const Tensor each = nn::binary_cross_entropy_with_logits(x, t, Reduction::none);
  CHECK(holds(nn::multilabel_soft_margin(x, t, {}, Reduction::none), list(sum(each, -1) / 2), 1e-15));
  CHECK(holds(nn::multilabel_soft_margin(x, t, vec({1, 3})), list(sum(each * vec({1, 3})) / 4), 1e-15));
  CHECK_THROWS_AS(nn::multilabel_soft_margin(x, t, vec({1, 2, 3})), ShapeError);
}

TEST_CASE("focal: sure answers count less") {
  const Tensor x = vec({2, -1}), t = vec({1, 1});
  const auto ce = [](double logit) { return std::log1p(std::exp(-logit)); };
  const auto wrong = [](double logit) { return 1 / (1 + std::exp(logit)); };
  CHECK(holds(nn::focal(x, t, {.reduction = Reduction::none}), {std::pow(wrong(2), 2) * ce(2), std::pow(wrong(-1), 2) * ce(-1)}, 1e-15));
  CHECK(holds(nn::focal(x, t, {.gamma = 0}), list(nn::binary_cross_entropy_with_logits(x, t)), 1e-15));
  CHECK(holds(nn::focal(vec({1, 1}), vec({1, 0}), {.gamma = 0, .alpha = 0.25, .reduction = Reduction::none}), {0.25 * ce(1), 0.75 * ce(-1)},
              1e-15));
  CHECK(holds(nn::focal(vec({kInf, -1000}), vec({1, 0}), {.reduction = Reduction::none}), {0, 0}));
  CHECK(holds(slope([](const Tensor& at) { return nn::focal(at, 1.0); }, vec({1000})), {0}));
  CHECK(sentence<ValueError>([&] { nn::focal(x, t, {.gamma = -1}); }) == "focal: gamma is -1; it must be finite and 0 or more");
  CHECK(sentence<ValueError>([&] { nn::focal(x, t, {.alpha = 2}); }) == "focal: alpha is 2; it must lie in [0, 1]");
}

TEST_CASE("kl_div: where the target is 0, nothing and no slope") {
  const Tensor x = vec({-1, -2}), t = vec({0, 1});
  const auto loss = [&](const Tensor& at) { return nn::kl_div(at, t, {.reduction = Reduction::sum}); };
  CHECK(holds(loss(x), {2}));
  CHECK(holds(slope(loss, x), {0, -1}));
  CHECK(holds(loss(vec({-kInf, -2})), {2}));
  CHECK(holds(slope(loss, vec({-kInf, -2})), {0, -1}));
  const nn::KlOptions logs{.log_target = true, .reduction = Reduction::none};
  CHECK(holds(nn::kl_div(x, vec({-kInf, std::log(0.5)}), logs), {0, 0.5 * (std::log(0.5) + 2)}, 1e-15));
}

TEST_CASE("jensen_shannon: 0 of equal distributions, log 2 of those that share nothing") {
  const Tensor p = grid({3, 3}, {0.5, 0.5, 0, 1, 0, 0, 0.5, 0.25, 0.25}), q = grid({3, 3}, {0.5, 0.5, 0, 0, 0.5, 0.5, 0.25, 0.5, 0.25});
  const double mixed = 0.5 * std::log(0.5 / 0.375) + 0.25 * std::log(0.25 / 0.375);
  CHECK(holds(nn::jensen_shannon(p, q, Reduction::none), {0, std::log(2), mixed}, 1e-15));
  CHECK(holds(nn::jensen_shannon(q, p, Reduction::none), list(nn::jensen_shannon(p, q, Reduction::none)), 1e-15));
  CHECK(holds(slope([&](const Tensor& at) { return nn::jensen_shannon(at, vec({0.5, 0.5, 0})); }, vec({0.5, 0.5, 0})), {0, 0, 0}, 1e-15));
}

TEST_CASE("dice and tversky: overlap") {
  const Tensor p = grid({2, 2}, {1, 0, 0.5, 0.5}), t = grid({2, 2}, {1, 0, 1, 0});
  CHECK(holds(nn::dice(p, t, {.smooth = 0}), {1 - 3.0 / 4}));
  CHECK(holds(nn::dice(p, t, {.axes = 1, .smooth = 0, .reduction = Reduction::none}), {0, 0.5}));
  CHECK(holds(nn::dice(p, t, {.axes = 1, .smooth = 1, .reduction = Reduction::none}), {0, 1 - 2.0 / 3}, 1e-15));
  CHECK(holds(nn::dice(zeros({2}), zeros({2})), {0}));
  CHECK(holds(nn::tversky(p, t, 0.5, 0.5, {.smooth = 0}), list(nn::dice(p, t, {.smooth = 0})), 1e-15));
  CHECK(holds(nn::tversky(p, t, 0.3, 0.7, {.axes = 1, .smooth = 0, .reduction = Reduction::none}), {0, 1 - 0.5 / (0.5 + 0.15 + 0.35)},
              1e-15));
  CHECK(sentence<ShapeError>([] { nn::dice(ones({2}), ones({3})); }) == "dice: the shapes [2] and [3] differ; they must be equal");
}

TEST_CASE("classification: gradients by differences") {
  struct Pair {
    Tensor x, t;
  };
  const Pair logits{vec({0.3, -1.2, 2.5}), vec({0.9, 0.1, 0.4})};
  const Tensor weight = vec({1, 2, 4});
  CHECK(gradcheck([&](const Pair& p) { return nn::cross_entropy(p.x, p.t, {.weight = weight, .label_smoothing = 0.1}); }, logits));
  CHECK(gradcheck(
      [&](const Tensor& x) {
        return nn::cross_entropy(x, ints({2, 1}), {.weight = weight, .label_smoothing = 0.1});
      },
      some_logits()));
  CHECK(gradcheck([&](const Tensor& w) { return nn::cross_entropy(some_logits(), ints({2, 1}), {.weight = w}); }, weight));
  CHECK(gradcheck([](const Pair& p) { return nn::focal(p.x, p.t, {.gamma = 1.5, .alpha = 0.3}); }, logits));
  CHECK(gradcheck([&](const Pair& p) { return nn::multilabel_soft_margin(p.x, p.t, weight); }, logits));
  CHECK(gradcheck([](const Pair& p) { return nn::kl_div(p.x, p.t); }, logits));
  CHECK(gradcheck([](const Pair& p) { return nn::kl_div(p.x, p.t, {.log_target = true}); }, logits));
  const Pair shares{vec({0.3, 0.2, 0.5}), vec({0.1, 0.6, 0.3})};
  CHECK(gradcheck([](const Pair& p) { return nn::binary_cross_entropy(p.x, p.t); }, shares));
  CHECK(gradcheck([](const Pair& p) { return nn::jensen_shannon(p.x, p.t); }, shares));
  CHECK(gradcheck([](const Pair& p) { return nn::dice(p.x, p.t); }, shares));
  CHECK(gradcheck([](const Pair& p) { return nn::tversky(p.x, p.t, 0.3, 0.7); }, shares));
}
