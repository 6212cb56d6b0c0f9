#include <descent/optim/state.hpp>

#include <descent/optim/optimisers.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;
using namespace descent::optim;

namespace {

struct Layer {
  Tensor weight, bias;
};
struct Model {
  Layer hidden;
  Buffer seen;
  Layer out;
};
Model model() { return {{ones({2, 2}), ones({2})}, ones({1}), {ones({1, 2}), {}}}; }

}  // namespace

TEST_CASE("State: numbers, moments and parts by name") {
  const Transform optimiser = chain(clip_by_global_norm(1), adam({.rate = cosine(0.1, 10)}));
  CHECK(tree::names(optimiser.init(model())) == std::vector<std::string>{"1.0.count", "1.0.mean.hidden.weight", "1.0.mean.hidden.bias",
                                                                         "1.0.mean.out.weight", "1.0.square.hidden.weight",
                                                                         "1.0.square.hidden.bias", "1.0.square.out.weight", "1.1.count"});
  CHECK(tree::names(sgd({.momentum = 0.9}).init(ones({3}))) == std::vector<std::string>{"0.momentum"});
  CHECK(tree::names(sgd({.momentum = 0.9}).init(std::vector<Tensor>{ones({3}), ones({2})})) ==
        std::vector<std::string>{"0.momentum.0", "0.momentum.1"});
  CHECK(tree::leaves(sgd().init(model())).empty());
}

TEST_CASE("State: on bare lists the parameters are numbered") {
  const State state = accumulate_momentum().init_leaves({ones({2}), ones({3})});
  CHECK(tree::names(state) == std::vector<std::string>{"momentum.0", "momentum.1"});
  CHECK(state.name_of(1) == "parameter 1");
  CHECK(adam().init(model()).name_of(1) == "hidden.bias");
}

TEST_CASE("State: none of it is trained, all of it can be mapped and compared") {
  const State state = adam().init(model());
  CHECK(tree::count(state, tree::trainable) == 0);
  CHECK(tree::count(state) == 2 * (4 + 2 + 2) + 1);
  CHECK(tree::all_close(state, adam().init(model())));
  const State other = tree::map(state, [](const Tensor& x) { return x + 1; });
  CHECK(tree::differences(state, other).size() == 7);
  CHECK(state.name_of(0) == other.name_of(0));
}

TEST_CASE("State: what a step has not made is an error that names it") {
  State state = adam().init(model()).parts[0];
  CHECK(state.number("count").item<int>() == 0);
  CHECK(state.moment("mean", 3).size() == 3);
  CHECK(sentence<TreeError>([&] { state.number("steps"); }) ==
        "optimiser: its state has no number \"steps\"; make the state with this optimiser's init");
  CHECK(sentence<TreeError>([&] { state.moment("mean", 4); }) ==
        "optimiser: its state has no moment \"mean\" of 4 parameters; make the state with this optimiser's init, for this model");
}
