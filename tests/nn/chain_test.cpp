#include <descent/nn/chain.hpp>

#include <descent/autodiff/transforms/grad.hpp>
#include <descent/data/save.hpp>
#include <descent/nn/nn.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using nn::Chain;

namespace {

struct Counter {
  Buffer calls = scalar(0, i64);
  Tensor operator()(const Tensor& x) {
    calls = calls + 1;
    return x;
  }
};

template <class T> struct Scale {
  double by = 2;
  Tensor operator()(const Tensor& x) const { return x * by; }
};

Chain network(std::uint64_t seed = 1) {
  Rng rng(seed);
  return Chain{nn::linear(2, 3, rng), nn::Tanh{}, nn::linear(3, 1, rng, {.bias = false})};
}

Tensor free_function(const Tensor& x) { return x; }

}  // namespace

TEST_CASE("Chain: one layer after the other") {
  const Chain chain(nn::Linear{grid({1, 2}, {1, 2}), {}}, nn::Relu{}, [](const Tensor& x) { return x + 0.5; });
  CHECK(holds(chain(grid({2, 2}, {3, 4, -3, -4})), {11.5, 0.5}));
  CHECK(chain.size() == 3);
  const Tensor x = vec({1, 2});
  CHECK(Chain()(x).same_as(x));
}

TEST_CASE("Chain: names of its leaves and of its layers") {
  const Chain chain = network();
  CHECK(tree::names(chain) == std::vector<std::string>{"0.weight", "0.bias", "2.weight"});
  struct Model {
    Chain body;
  };
  CHECK(tree::names(Model{chain})[0] == "body.0.weight");

  struct Local {
    Tensor operator()(const Tensor& x) const { return x; }
  };
  Chain named(
      nn::Linear{}, nn::GeluTanh{}, Scale<float>{}, Local{}, [](const Tensor& x) { return x; }, &free_function);
  std::vector<std::string> names;
  for (const nn::Layer& layer : named.layers()) names.push_back(layer.name());
  CHECK(names == std::vector<std::string>{"Linear", "GeluTanh", "Scale", "Local", "function", "function"});
  named.add(std::function<Tensor(const Tensor&)>(free_function)).add(chain);
  CHECK(named.layers()[6].name() == "function");
  CHECK(named.layers()[7].name() == "Chain");
}

TEST_CASE("Chain: a chain is a layer of another, and a copy of one is no nesting") {
  const Chain inner = network();
  const Chain nested(inner, nn::Sigmoid{});
  CHECK(nested.size() == 2);
  CHECK(tree::names(nested)[0] == "0.0.weight");
  const Chain copy(inner);
  CHECK(copy.size() == 3);
  CHECK(holds(nested(ones({1, 2})), list(sigmoid(inner(ones({1, 2}))))));
}

TEST_CASE("Chain: copies are values") {
  Chain first = network();
  const Chain copy = first;
  const std::vector<double> before = list(copy(ones({1, 2})));
  first = tree::map(first, [](const Tensor& x) { return x * 2.0; });
  CHECK(list(copy(ones({1, 2}))) == before);
  CHECK(list(first(ones({1, 2}))) != before);

  Chain counting{Counter{}};
  Chain other = counting;
  counting(scalar(1));
  CHECK(tree::leaves(counting)[0].item<int>() == 1);
  CHECK(tree::leaves(other)[0].item<int>() == 0);
  other = counting;
  CHECK(tree::leaves(other)[0].item<int>() == 1);
}

TEST_CASE("Chain: layers can be put in, taken out and exchanged") {
  Rng rng(2);
  Chain chain = network();
  chain.layers()[1] = nn::Layer(nn::Relu{});
  CHECK(chain.layers()[1].name() == "Relu");
  chain.layers().pop_back();
  chain.add(nn::linear(3, 4, rng)).add(nn::Softmax{});
  CHECK(chain(ones({5, 2})).shape() == Shape{5, 4});
}

TEST_CASE("Chain: a layer with state needs a chain that is not const") {
  Chain chain(Counter{}, nn::Relu{});
  chain(scalar(1));
  const Chain& seen = chain;
  CHECK(sentence<ValueError>([&] { seen(scalar(1)); }) ==
        "chain: layer Counter changes its state when called, and the chain is const; take the chain as a reference that is not const");
  CHECK(tree::leaves(chain)[0].item<int>() == 1);
}

TEST_CASE("Chain: gradients are a Chain, and state is written back") {
  Chain chain = network();
  chain.add(Counter{});
  const Tensor x = ones({4, 2});
  const auto [value, slopes] = value_and_grad([&](Chain& c) { return sum(c(x)); })(chain);
  CHECK(tree::names(slopes) == std::vector<std::string>{"0.weight", "0.bias", "2.weight"});
  CHECK(tree::named_leaves(chain).back().second.item<int>() == 1);

  struct Plain {
    nn::Linear in, out;
    Tensor operator()(const Tensor& v) const { return out(tanh(in(v))); }
  };
  Rng rng(1);
  const Plain plain{nn::linear(2, 3, rng), nn::linear(3, 1, rng, {.bias = false})};
  const Plain wanted = grad([&](const Plain& p) { return sum(p(x)); })(plain);
  const std::vector<Tensor> got = tree::leaves(slopes);
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(list(got[i]) == list(tree::leaves(wanted)[i]));
}

TEST_CASE("Chain: eval and train reach its layers") {
  Rng rng(1);
  const Chain chain{nn::linear(2, 50, rng), nn::dropout(0.5, rng)};
  const Chain used = tree::eval(chain);
  CHECK(list(used(ones({1, 2}))) == list(used(ones({1, 2}))));
  CHECK_THROWS_AS(tree::train(used)(ones({1, 2})).rank() == 2 && std::as_const(chain)(ones({1, 2})).rank() == 2, ValueError);
}

TEST_CASE("Chain: save and load give the same chain") {
  const Folder folder;
  const Chain chain = network(1);
  save(folder / "chain", chain);
  const Chain again = loaded(folder / "chain", network(2));
  CHECK(tree::all_close(again, chain, {.rtol = 0, .atol = 0}));
  CHECK(list(again(ones({3, 2}))) == list(chain(ones({3, 2}))));
  Rng rng(1);
  CHECK_THROWS_AS(loaded(folder / "chain", Chain(nn::linear(2, 3, rng))), TreeError);
}
