#include <descent/optim/stepper.hpp>

#include <descent/autodiff/transforms/grad.hpp>
#include <descent/data/save.hpp>
#include <descent/nn/nn.hpp>
#include <descent/optim/optimisers.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using namespace descent::optim;

namespace {

struct Model {
  nn::Linear hidden;
  nn::Dropout drop;
  nn::Linear out;
  Tensor operator()(const Tensor& x) { return out(drop(tanh(hidden(x)))); }
};

Model model(std::uint64_t seed = 1) {
  Rng rng(seed);
  return {nn::linear(2, 8, rng), nn::dropout(0.2, rng), nn::linear(8, 1, rng)};
}

const Tensor kX = tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}});
const Tensor kY = tensor({{0.0}, {1.0}, {1.0}, {0.0}});

double train(Model& m, Stepper& stepper) {
  auto [loss, grads] = value_and_grad([](Model& each) { return nn::mse(each(kX), kY); })(m);
  stepper.step(m, std::move(grads));
  return loss.item<double>();
}

constexpr tree::Tolerance kSameBits{.rtol = 0, .atol = 0};

/// Counts like a step with state, and throws at its third update.
struct Fails {
  State init(const Leaves&) const {
    State state;
    state.numbers["count"] = scalar(0, i64);
    return state;
  }
  Leaves update(Leaves updates, State& state, const Leaves&) const {
    state.number("count") = state.number("count") + 1;
    if (state.number("count").item<int>() == 3) throw ValueError("fails: that was the third");
    return updates;
  }
};

/// Gives one update too few.
struct Forgets {
  State init(const Leaves&) const { return {}; }
  Leaves update(Leaves updates, State&, const Leaves&) const {
    updates.pop_back();
    return updates;
  }
};

struct Pair {
  Tensor a, b;
};

}  // namespace

TEST_CASE("Stepper: is the pure form in a loop") {
  const Transform optimiser = chain(clip_by_global_norm(1), adam({.rate = cosine(0.1, 5), .weight_decay = 0.01}));
  Pair looped{vec({1, 2}), vec({3})};
  Pair pure = looped;
  Stepper stepper(optimiser, looped);
  State state = optimiser.init(pure);
  for (int i = 0; i < 6; ++i) {
    const Pair grads{looped.a * 0.5, looped.b + 1.0};
    stepper.step(looped, grads);
    auto [updates, next] = optimiser.update(grads, std::move(state), pure);
    pure = apply_updates(std::move(pure), updates);
    state = std::move(next);
    CHECK(tree::all_close(looped, pure, kSameBits));
    CHECK(tree::all_close(stepper.state(), state, kSameBits));
  }
}

TEST_CASE("Stepper: trains, and gradients that are moved in may be") {
  Model m = tree::eval(model());
  Stepper stepper(adam({.rate = 0.05}), m);
  const double first = train(m, stepper);
  double last = first;
  for (int i = 0; i < 300; ++i) last = train(m, stepper);
  CHECK(last < 0.01 * first);
}

TEST_CASE("Stepper: a step that fails changes neither model nor state") {
  Pair m{vec({1, 2}), vec({3})};
  const Pair grads{vec({0.5, 0.5}), vec({1})};
  Stepper stepper(chain(accumulate_momentum(), Fails{}, scale_by_learning_rate(0.1)), m);
  stepper.step(m, grads);
  stepper.step(m, grads);
  const Pair before = m;
  const State state = stepper.state();
  CHECK(sentence<ValueError>([&] { stepper.step(m, grads); }) == "fails: that was the third");
  CHECK(m.a.same_as(before.a));
  CHECK(m.b.same_as(before.b));
  CHECK(tree::all_close(stepper.state(), state, kSameBits));
  CHECK_THROWS_AS(stepper.step(m, grads), ValueError);  // and again: the count did not go on
}

TEST_CASE("Stepper: a gradient that is not finite fails in clipping, before anything changes") {
  Pair m{vec({1, 2}), vec({3})};
  Stepper stepper(chain(clip_by_global_norm(1), adam()), m);
  CHECK_THROWS_AS(stepper.step(m, Pair{vec({1, 1}), vec({HUGE_VAL})}), ValueError);
  CHECK(list(m.a) == std::vector<double>{1, 2});
  CHECK(tree::all_close(stepper.state(), Stepper(chain(clip_by_global_norm(1), adam()), m).state(), kSameBits));
}

TEST_CASE("Stepper: a model or gradients that do not belong") {
  Pair m{vec({1, 2}), vec({3})};
  Stepper stepper(adam(), m);
  CHECK(sentence<ShapeError>([&] {
          stepper.step(m, Pair{vec({1}), vec({1})});
        }) == "step: the gradient of a is f64[1], and the parameter f64[2]; they must be the same");
  CHECK(sentence<DtypeError>([&] {
          stepper.step(m, Pair{ones({2}), vec({1})});
        }) == "step: the gradient of a is f32[2], and the parameter f64[2]; they must be the same");
  Pair other{vec({1, 2}), {}};
  CHECK(sentence<TreeError>([&] {
          stepper.step(other, Pair{vec({1, 2}), {}});
        }) == "step: the model has 1 parameters, and not the 2 that the optimiser's state was made for; make the Stepper with this model");
  std::vector<Tensor> listed = {vec({1, 2}), vec({3})};
  CHECK_THROWS_AS(stepper.step(listed, listed), TreeError);  // as many, of other names
  CHECK_THROWS_AS(stepper.step(listed, std::vector<Tensor>{vec({1, 2})}), TreeError);
  CHECK(sentence<TreeError>([&] { Stepper(adam(), Pair{}); }) ==
        "init: the model has no parameter to train; it needs a floating tensor that is present and no Buffer");
  Stepper forgetful(Forgets{}, m);
  CHECK(sentence<TreeError>([&] { forgetful.step(m, m); }) ==
        "step: the optimiser gave 1 updates for 2 parameters; each of its steps must give one for each");
}

TEST_CASE("Stepper: a shared layer is moved once, and other trees keep theirs") {
  struct Tied {
    tree::Shared<nn::Linear> in, out;
  };
  const tree::Shared<nn::Linear> layer(nn::Linear{grid({1, 1}, {2}), {}});
  Tied m{layer, layer};
  const Tied other = m;
  Stepper stepper(sgd({.rate = 0.5}), m);
  const auto grads = grad([](const Tied& t) { return sum(t.out(t.in(grid({1, 1}, {1})))); })(m);  // w^2: slope 4
  stepper.step(m, grads);
  CHECK(m.in->weight.item<double>() == 0);
  CHECK(m.in.same_as(m.out));
  CHECK(other.in->weight.item<double>() == 2);
}

TEST_CASE("Stepper: saved and loaded by name, training goes on bit for bit, from every step") {
  const Transform optimiser =
      GENERATE(Transform(sgd({.rate = cosine(0.1, 8), .momentum = 0.9})), Transform(sgd({.rate = 0.1, .momentum = 0.9, .dampening = 0.5})),
               Transform(rmsprop({.rate = 0.01, .centred = true, .momentum = 0.5})), Transform(adagrad({.rate = 0.1})),
               Transform(adam({.rate = warmup(3, exponential(0.1, 0.9))})), Transform(chain(clip_by_global_norm(0.1), adamw())));
  constexpr int kSteps = 8;
  Model whole = model();
  Stepper uninterrupted(optimiser, whole);
  std::vector<double> losses;
  const Folder folder;
  for (int i = 0; i < kSteps; ++i) {
    save(folder / ("model" + std::to_string(i)), whole);
    save(folder / ("stepper" + std::to_string(i)), uninterrupted);
    losses.push_back(train(whole, uninterrupted));
  }
  for (int from = 0; from < kSteps; ++from) {
    Model m = loaded(folder / ("model" + std::to_string(from)), model(2));
    Stepper stepper(optimiser, m);
    load(folder / ("stepper" + std::to_string(from)), stepper);
    for (int i = from; i < kSteps; ++i) CHECK(train(m, stepper) == losses[static_cast<std::size_t>(i)]);
    CHECK(tree::all_close(m, whole, kSameBits));
    CHECK(tree::all_close(stepper.state(), uninterrupted.state(), kSameBits));
  }
}

TEST_CASE("Stepper: the state is restored by name, not by position") {
  struct Turned {
    Tensor b, a;
  };
  const Folder folder;
  Pair m{vec({1}), vec({2})};
  Stepper stepper(sgd({.momentum = 0.9}), m);
  stepper.step(m, Pair{vec({10}), vec({20})});
  save(folder / "stepper", stepper);

  const Turned turned{vec({2}), vec({1})};
  Stepper other(sgd({.momentum = 0.9}), turned);
  load(folder / "stepper", other);
  CHECK(tree::names(other) == std::vector<std::string>{"0.momentum.b", "0.momentum.a"});
  CHECK(tree::leaves(other)[0].item<double>() == 20);

  Stepper adaptive(adam(), m);
  CHECK_THROWS_AS(load(folder / "stepper", adaptive), TreeError);
  CHECK(tree::all_close(adaptive.state(), Stepper(adam(), m).state(), kSameBits));
}
