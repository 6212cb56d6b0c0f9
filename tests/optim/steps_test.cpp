#include <descent/optim/steps.hpp>

#include <cmath>
#include <limits>

#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/optim/cases.hpp>

using namespace descent;
using namespace descent::test;
using namespace descent::optim;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// What a step makes of a list of gradients the first time.
Leaves first(const Transform& step, const Leaves& grads, const Leaves& params) {
  State state = step.init_leaves(params);
  return step.update_leaves(grads, state, params);
}
Leaves first(const Transform& step, const Leaves& grads) { return first(step, grads, grads); }

std::vector<double> numbers(const nlohmann::json& row) {
  std::vector<double> values;
  for (const auto& v : row) values.push_back(v.is_number() ? v.get<double>() : v == "nan" ? std::nan("") : kInf);
  return values;
}

}  // namespace

TEST_CASE("clip_by_global_norm: the shared cases") {
  const auto cases = optimiser_cases("clip");
  if (!cases) return;
  int done = 0, later = 0;
  for (const nlohmann::json& row : *cases) {
    INFO(row.at("name"));
    if (row.at("norm_type") != 2.0) {
      ++later;
      continue;
    }
    ++done;
    Leaves grads;
    for (const nlohmann::json& leaf : row.at("grads")) grads.push_back(vec(numbers(leaf)));
    const Transform clip = clip_by_global_norm(row.at("max_norm"));
    if (!row.at("total_norm").is_number()) {
      CHECK_THROWS_AS(first(clip, grads), ValueError);  // there it poisons every parameter
      continue;
    }
    CHECK(global_norm(grads).item<double>() == row.at("total_norm"));
    const Leaves clipped = first(clip, grads);
    for (std::size_t i = 0; i < clipped.size(); ++i) CHECK(agree(list(clipped[i]), numbers(row.at("clipped").at(i))));
  }
  CHECK(done == 5);
  CHECK(later == 2);  // other norms
}

TEST_CASE("clip_by_global_norm: keeps the direction, and what is short already") {
  const Leaves grads = {vec({3, 0}), grid({1, 1}, {4}), {}};
  const Leaves cut = first(clip_by_global_norm(2), grads);
  CHECK(global_norm(cut).item<double>() == Approx(2).epsilon(1e-6));
  CHECK(cut[0].to_vector<double>()[0] / cut[1].item<double>() == Approx(0.75).epsilon(1e-14));
  CHECK(cut[2].absent());
  CHECK(list(first(clip_by_global_norm(6), grads)[0]) == std::vector<double>{3, 0});
  CHECK(holds(first(clip_by_global_norm(1), {zeros({2}, f64)})[0], {0, 0}));
  CHECK(first(clip_by_global_norm(1), {ones({2}), vec({1})})[0].dtype() == f32);
}

TEST_CASE("clip_by_global_norm: a shared value counts once, and a gradient that is not finite is named") {
  struct Tied {
    tree::Shared<std::vector<Tensor>> in, out;
    Tensor scale;
  };
  const auto tied = [](double value, double scale) {
    const tree::Shared<std::vector<Tensor>> weight({vec({value, 0})});
    return Tied{weight, weight, vec({scale})};
  };
  const Tied params = tied(1, 1);
  const Transform clip = clip_by_global_norm(1);
  const auto [updates, state] = clip.update(tied(3, 4), clip.init(params), params);
  CHECK(holds((*updates.out)[0], {0.6, 0}, 1e-6));  // a norm of 5, not of sqrt(34)
  CHECK(updates.in.same_as(updates.out));

  CHECK(sentence<ValueError>([&] { clip.update(tied(3, kInf), clip.init(params), params); }) ==
        "clip_by_global_norm: the gradient of scale is not finite; lower the learning rate, or look for the op that made it");
  CHECK(sentence<ValueError>([&] { clip.update(tied(std::nan(""), 0), clip.init(params), params); }) ==
        "clip_by_global_norm: the gradient of in.0 is not finite; lower the learning rate, or look for the op that made it");
  CHECK(sentence<ValueError>([&] { first(clip, {vec({1e200}), vec({1e200})}); }).find("parameter 0 is not finite") != std::string::npos);
  const Transform in_chain = chain(add_decayed_weights(0), chain(clip));
  CHECK_THAT(sentence<ValueError>([&] { in_chain.update(tied(3, kInf), in_chain.init(params), params); }), Catch::Contains("of scale is"));
}

TEST_CASE("clip_by_value: each element by itself") {
  CHECK(holds(first(clip_by_value(2), {vec({-3, -1, 2, 5, kInf})})[0], {-2, -1, 2, 2, 2}));
}

TEST_CASE("scale_by_learning_rate: downhill, by what the schedule says at each step") {
  CHECK(holds(first(scale_by_learning_rate(0.5), {vec({1, -2})})[0], {-0.5, 1}));
  const Transform step = scale_by_learning_rate(exponential(1, 0.5));
  State state = step.init_leaves({vec({1})});
  for (const double rate : {1.0, 0.5, 0.25}) CHECK(holds(step.update_leaves({vec({1})}, state, {vec({1})})[0], {-rate}));
  CHECK(state.number("count").item<int>() == 3);
  CHECK(step.init_leaves({}).moments.empty());
  CHECK(scale_by_learning_rate(0.1).init_leaves({}).numbers.empty());
}

TEST_CASE("scale_by_learning_rate: a schedule that leaves its range says when") {
  const Transform step = scale_by_learning_rate([](double t) { return 1 - t; });
  State state = step.init_leaves({vec({1})});
  const auto next = [&] { step.update_leaves({vec({1})}, state, {vec({1})}); };
  next();
  next();
  CHECK(sentence<ValueError>(next) == "scale_by_learning_rate: the schedule's rate at step 2 is -1; it must be finite and at least 0");
}

TEST_CASE("add_decayed_weights: u + decay x") {
  CHECK(holds(first(add_decayed_weights(0.5), {vec({1, 2})}, {vec({10, -20})})[0], {6, -8}));
  CHECK(first(add_decayed_weights(0.5), {{}}, {vec({1})})[0].absent());
}

TEST_CASE("accumulate_momentum: by hand") {
  const auto run = [](MomentumOptions options) {
    const Transform step = accumulate_momentum(options);
    State state = step.init_leaves({vec({0})});
    std::vector<double> all;
    for (const double u : {1.0, 2.0, -1.0}) all.push_back(step.update_leaves({vec({u})}, state, {vec({0})})[0].item<double>());
    return all;
  };
  CHECK(run({.momentum = 0.5}) == std::vector<double>{1, 2.5, 0.25});
  CHECK(run({.momentum = 0.5, .dampening = 0.5}) == std::vector<double>{1, 1.5, 0.25});
  CHECK(run({.momentum = 0.5, .nesterov = true}) == std::vector<double>{1.5, 3.25, -0.875});
}

TEST_CASE("scale_by_adam: two steps by hand") {
  const Transform step = scale_by_adam({.beta1 = 0.5, .beta2 = 0.75, .eps = 1e-300});
  State state = step.init_leaves({vec({0})});
  CHECK(holds(step.update_leaves({vec({2})}, state, {vec({0})})[0], {1}, 1e-15));
  // mean 0.5 1 + 0.5 (-1) = 0 over 1 - 0.25
  CHECK(holds(step.update_leaves({vec({-2})}, state, {vec({0})})[0], {-0.5 / 0.75 / std::sqrt((0.75 + 1) / (1 - 0.5625))}, 1e-15));
  CHECK(state.number("count").item<int>() == 2);
}

TEST_CASE("scale_by_rms and scale_by_adagrad: by hand") {
  CHECK(holds(first(scale_by_rms({.decay = 0.75, .eps = 1e-300}), {vec({2, -6})})[0], {2, -2}, 1e-15));
  CHECK(holds(first(scale_by_rms({.decay = 0.75, .eps = 1}), {vec({2, -6})})[0], {1, -1.5}, 1e-15));
  CHECK(holds(first(scale_by_rms({.decay = 0.5, .eps = 1e-300, .centred = true}), {vec({2})})[0], {2}, 1e-15));  // 2 - 1
  const Transform step = scale_by_adagrad({.initial = 7, .eps = 1e-300});
  State state = step.init_leaves({vec({0})});
  CHECK(holds(step.update_leaves({vec({3})}, state, {vec({0})})[0], {0.75}, 1e-15));
  CHECK(holds(step.update_leaves({vec({3})}, state, {vec({0})})[0], {0.6}, 1e-15));
}

TEST_CASE("steps: a state of another optimiser is refused") {
  const Leaves params = {vec({1})};
  State state = accumulate_momentum().init_leaves(params);
  CHECK(sentence<TreeError>([&] { scale_by_adam().update_leaves(params, state, params); }) ==
        "optimiser: its state has no number \"count\"; make the state with this optimiser's init");
  CHECK(sentence<TreeError>([&] { scale_by_rms().update_leaves(params, state, params); }) ==
        "optimiser: its state has no moment \"square\" of 1 parameters; make the state with this optimiser's init, for this model");
}

TEST_CASE("steps: options out of range") {
  CHECK(sentence<ValueError>([] { scale_by_learning_rate(-1); }) ==
        "scale_by_learning_rate: the rate is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { add_decayed_weights(-1); }) == "add_decayed_weights: the decay is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { accumulate_momentum({.momentum = 1}); }) == "accumulate_momentum: momentum is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { accumulate_momentum({.dampening = 1}); }) ==
        "accumulate_momentum: dampening is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { scale_by_adam({.beta1 = 1}); }) == "scale_by_adam: beta1 is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { scale_by_adam({.beta2 = 1}); }) == "scale_by_adam: beta2 is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { scale_by_adam({.eps = 0}); }) == "scale_by_adam: eps is 0; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { scale_by_rms({.decay = 1}); }) == "scale_by_rms: decay is 1; it must lie in [0, 1)");
  CHECK(sentence<ValueError>([] { scale_by_rms({.eps = 0}); }) == "scale_by_rms: eps is 0; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { scale_by_adagrad({.initial = -1}); }) ==
        "scale_by_adagrad: the initial sum is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { scale_by_adagrad({.eps = 0}); }) == "scale_by_adagrad: eps is 0; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { clip_by_value(0); }) == "clip_by_value: the limit is 0; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { clip_by_global_norm(kInf); }) == "clip_by_global_norm: the limit is inf; it must be finite and above 0");
}
