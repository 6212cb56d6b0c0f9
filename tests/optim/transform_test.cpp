#include <descent/optim/transform.hpp>

#include <map>

#include <descent/autodiff/transforms/grad.hpp>
#include <descent/optim/optimisers.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;
using namespace descent::optim;

namespace {

struct Model {
  Tensor weight, bias;
  Buffer seen;
  Tensor steps;
};
Model model() { return {vec({1, 2}), vec({3}), scalar(5, f64), scalar(6, i64)}; }
Model slopes() { return {vec({0.5, -1}), vec({2}), {}, {}}; }

/// A step of a user's own: the sign of the mean of what came before and what comes.
struct SignOfMean {
  double decay = 0.5;
  State init(const Leaves& params) const {
    State state;
    for (const Tensor& x : params) state.moments["mean"].emplace_back(zeros_like(x));
    return state;
  }
  Leaves update(Leaves updates, State& state, const Leaves&) const {
    std::vector<Buffer>& means = state.moment("mean", updates.size());
    for (std::size_t i = 0; i < updates.size(); ++i) {
      if (updates[i].absent()) continue;
      means[i] = decay * means[i] + (1 - decay) * updates[i];
      updates[i] = sign(means[i]);
    }
    return updates;
  }
};

}  // namespace

TEST_CASE("Transform: update is pure") {
  const Transform tx = chain(clip_by_global_norm(10), adam({.rate = 0.1}));
  const Model params = model();
  const Model grads = slopes();
  const State state = tx.init(params);
  const auto [updates, next] = tx.update(grads, state, params);
  const auto [again, same] = tx.update(grads, state, params);
  CHECK(tree::all_close(updates, again, {.rtol = 0, .atol = 0}));
  CHECK(tree::all_close(next, same, {.rtol = 0, .atol = 0}));
  CHECK(tree::all_close(state, tx.init(params), {.rtol = 0, .atol = 0}));
  CHECK(tree::all_close(grads, slopes(), {.rtol = 0, .atol = 0}));
  CHECK(tree::names(updates) == std::vector<std::string>{"weight", "bias"});
}

TEST_CASE("Transform: updates are added by apply_updates, buffers and integers stay") {
  const Transform tx = sgd({.rate = 0.5});
  const auto [updates, state] = tx.update(slopes(), tx.init(model()), model());
  const Model moved = apply_updates(model(), updates);
  CHECK(holds(moved.weight, {0.75, 2.5}));
  CHECK(holds(moved.bias, {2}));
  CHECK(moved.seen.item<int>() == 5);
  CHECK(moved.steps.item<int>() == 6);
}

TEST_CASE("Transform: a frozen parameter is absent in the updates and stays") {
  const Model params = model();
  const auto loss = [](const Model& m) { return sum(square(m.weight)) + sum(square(m.bias)); };
  const Model grads = grad(loss, tree::freeze(params, {"bias"}))(params);
  const Transform tx = adamw({.rate = 0.1});
  const auto [updates, state] = tx.update(grads, tx.init(params), params);
  CHECK(updates.bias.absent());
  CHECK(updates.weight.present());
  CHECK(list(apply_updates(params, updates).bias) == std::vector<double>{3});
}

TEST_CASE("Transform: any tree, a list and a map included") {
  const Transform tx = sgd({.rate = 1, .momentum = 0.5});
  const std::vector<Tensor> params = {vec({1}), scalar(7, i64), vec({2})};
  const std::vector<Tensor> grads = {vec({0.5}), {}, vec({1})};
  const auto [updates, state] = tx.update(grads, tx.init(params), params);
  const std::vector<Tensor> moved = apply_updates(params, updates);
  CHECK(moved[0].item<double>() == 0.5);
  CHECK(moved[1].item<int>() == 7);
  CHECK(moved[2].item<double>() == 1);

  using Named = std::map<std::string, Tensor>;
  const Named named = {{"a", vec({1})}, {"b", vec({2})}};
  const auto [steps, after] = tx.update(named, tx.init(named), named);
  CHECK(steps.at("b").item<double>() == -2);
  CHECK(tree::names(after) == std::vector<std::string>{"0.momentum.a", "0.momentum.b"});
}

TEST_CASE("Transform: a step of one's own stands in a chain as any other") {
  const Transform tx = chain(SignOfMean{0.5}, scale_by_learning_rate(0.25));
  auto [updates, state] = tx.update(slopes(), tx.init(model()), model());
  CHECK(holds(updates.weight, {-0.25, 0.25}));
  CHECK(tree::names(state) == std::vector<std::string>{"0.mean.weight", "0.mean.bias"});
  std::tie(updates, state) = tx.update(Model{vec({-0.1, 0.4}), {}, {}, {}}, std::move(state), model());
  CHECK(holds(updates.weight, {-0.25, 0.25}));  // the means are 0.075 and -0.05
  CHECK(updates.bias.absent());
}

TEST_CASE("Transform: chains nest, and an empty one gives the gradients back") {
  const auto [updates, state] = chain(std::vector<Transform>{}).update(slopes(), chain(std::vector<Transform>{}).init(model()), model());
  CHECK(tree::all_close(updates, slopes()));
  const Transform flat = chain(clip_by_value(1), scale_by_learning_rate(0.5));
  const Transform nested = chain(chain(clip_by_value(1)), chain(chain(scale_by_learning_rate(0.5))));
  CHECK(tree::all_close(flat.update(slopes(), flat.init(model()), model()).first,
                        nested.update(slopes(), nested.init(model()), model()).first, {.rtol = 0, .atol = 0}));
}

TEST_CASE("Transform: gradients and states that do not belong") {
  const Transform tx = adam();
  const State state = tx.init(model());
  CHECK(sentence<ShapeError>([&] {
          tx.update(Model{vec({1, 2, 3}), vec({1}), {}, {}}, state, model());
        }) == "update: the gradient of weight is f64[3], and the parameter f64[2]; they must be the same");
  CHECK(sentence<ShapeError>([&] {
          tx.update(Model{vec({1, 2}), scalar(1, f64), {}, {}}, state, model());
        }) == "update: the gradient of bias is f64[], and the parameter f64[1]; they must be the same");
  CHECK(sentence<DtypeError>([&] {
          tx.update(Model{ones({2}), vec({1}), {}, {}}, state, model());
        }) == "update: the gradient of weight is f32[2], and the parameter f64[2]; they must be the same");
  CHECK(sentence<DtypeError>([&] {
          sgd().update(ones({2}), sgd().init(vec({1, 2})), vec({1, 2}));
        }) == "update: the gradient is f32[2], and the parameter f64[2]; they must be the same");

  const std::vector<Tensor> two = {vec({1}), vec({2})};
  CHECK(sentence<TreeError>([&] { tx.update({vec({1})}, tx.init(two), two); }) ==
        "update: the trees differ in structure: where the first has \"1\", another has no more leaves");
  CHECK_THROWS_AS(tx.update(two, tx.init(std::vector<Tensor>{vec({1})}), two), TreeError);
  CHECK(sentence<TreeError>([&] { tx.update(slopes(), State{}, model()); }) ==
        "chain: the state has 0 parts and the chain 2 steps; make the state with this chain's init");
  CHECK(sentence<TreeError>([&] { tx.init(std::vector<Tensor>{scalar(1, i64)}); }) ==
        "init: the model has no parameter to train; it needs a floating tensor that is present and no Buffer");
}

TEST_CASE("apply_updates: updates that do not fit") {
  CHECK(sentence<ShapeError>([] {
          apply_updates(model(), Model{vec({1}), {}, {}, {}});
        }) == "apply_updates: the update of weight is f64[1], and the parameter f64[2]; they must be the same");
  CHECK_THROWS_AS(apply_updates(vec({1}), ones({1})), DtypeError);
  CHECK_THROWS_AS(apply_updates(std::vector<Tensor>{vec({1})}, std::vector<Tensor>{}), TreeError);
}
