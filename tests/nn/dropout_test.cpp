#include <descent/nn/dropout.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/transforms/grad.hpp>
#include <descent/data/save.hpp>
#include <descent/nn/linear.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;

namespace {

nn::Dropout made(double rate, std::uint64_t seed = 1) {
  Rng rng(seed);
  return nn::dropout(rate, rng);
}

struct Model {
  nn::Linear layer;
  nn::Dropout drop;
  Tensor operator()(const Tensor& x) { return drop(layer(x)); }
};

}  // namespace

TEST_CASE("Dropout: drops a share of the elements and scales the rest, so that the mean stays") {
  nn::Dropout drop = made(0.25);
  const std::vector<double> y = list(drop(full({10000}, 3, f64)));
  Index kept = 0;
  for (const double v : y) {
    CHECK((v == 0 || v == 4));
    kept += v != 0;
  }
  CHECK(std::abs(static_cast<double>(kept) - 7500) < 4 * 43.4);  // 4 deviations: sqrt(10000 * 0.25 * 0.75)
}

TEST_CASE("Dropout: each call draws anew, and the same state draws the same") {
  nn::Dropout drop = made(0.5);
  nn::Dropout again = drop;
  const Tensor x = ones({100});
  const std::vector<double> first = list(drop(x));
  CHECK(list(drop(x)) != first);
  CHECK(list(again(x)) == first);
  Rng rng(7);
  CHECK(list(nn::dropout(0.5, rng)(x)) != list(nn::dropout(0.5, rng)(x)));  // two layers from one rng
}

TEST_CASE("Dropout: in use it is the identity, and so at rate 0") {
  const Tensor x = vec({1, 2, 3});
  nn::Dropout used = tree::eval(made(0.5));
  const nn::Dropout& seen = used;
  CHECK(used(x).same_as(x));
  CHECK(seen(x).same_as(x));
  const nn::Dropout none = made(0);
  CHECK(none(x).same_as(x));
  CHECK(tree::train(used).training);
}

TEST_CASE("Dropout: the slope goes through what was kept, and its state is written back through value_and_grad") {
  Rng rng(3);
  Model model{nn::linear(4, 50, rng, {.dtype = f64}), nn::dropout(0.5, rng)};
  const Index before = model.drop.rng.counter.item<Index>();
  const auto cost = [](Model& m) { return sum(m(ones({1, 4}, f64))); };
  Model unused = model;
  const std::vector<double> y = list(unused(ones({1, 4}, f64)));

  const auto [value, slopes] = value_and_grad(cost)(model);
  CHECK(value.item<double>() == Approx(sum(vec(y)).item<double>()));
  CHECK(model.drop.rng.counter.item<Index>() != before);
  CHECK(slopes.drop.rng.key.absent());
  const std::vector<double> bias = list(slopes.layer.bias);
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(bias[i] == (y[i] == 0 ? 0.0 : 2.0));

  const auto [next, ignored] = value_and_grad(cost)(model);
  CHECK(next.item<double>() != value.item<double>());
}

TEST_CASE("Dropout: its random numbers are saved with the model") {
  const Folder folder;
  nn::Dropout drop = made(0.5);
  drop(ones({3}));
  CHECK(tree::names(drop) == std::vector<std::string>{"rng.key", "rng.counter"});
  CHECK(tree::count(drop, tree::trainable) == 0);
  save(folder / "drop", drop);
  nn::Dropout other = loaded(folder / "drop", made(0.5, 2));
  CHECK(list(other(ones({100}))) == list(drop(ones({100}))));
}

TEST_CASE("Dropout: what was dropped does not leak a NaN") {
  nn::Dropout drop = made(0.5);
  const Tensor x = full({64}, std::numeric_limits<double>::quiet_NaN(), f64);
  nn::Dropout same = drop;
  const std::vector<double> kept = list(same(ones({64}, f64)));
  const std::vector<double> at = list(slope([&](const Tensor& v) { return drop(v * 2.0); }, x));
  for (std::size_t i = 0; i < kept.size(); ++i) CHECK(at[i] == (kept[i] == 0 ? 0.0 : 4.0));
}

TEST_CASE("Dropout: errors") {
  Rng rng(1);
  CHECK(sentence<ValueError>([&] { nn::dropout(1, rng); }) == "dropout: the rate is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([&] { nn::dropout(-0.1, rng); }) == "dropout: the rate is -0.1; it must lie in [0, 1)");
  const nn::Dropout drop = made(0.5);
  CHECK(sentence<ValueError>([&] { drop(ones({3})); }) ==
        "dropout: a const layer in training mode; each call draws random numbers, so take the model as a reference that is not const, or "
        "eval() it");
}
