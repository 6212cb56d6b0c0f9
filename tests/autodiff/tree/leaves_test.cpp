#include <descent/autodiff/tree/leaves.hpp>

#include <map>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

using Names = std::vector<std::string>;

struct Linear {
  Tensor weight, bias;
};
struct Model {
  Linear hidden, out;
  Tensor steps;  // integers
  Buffer mean;
  int width = 2;
};

Model model() { return {{ones({2, 3}), ones({2})}, {ones({1, 2}), {}}, arange(4), Buffer(ones({5}, f64)), 7}; }

}  // namespace

TEST_CASE("leaves: lists what is present, in order of declaration") {
  const Model m = model();
  const std::vector<Tensor> all = tree::leaves(m);
  REQUIRE(all.size() == 5);
  CHECK(all[0].same_as(m.hidden.weight));
  CHECK(all[4].same_as(m.mean));
  CHECK(tree::names(m) == Names{"hidden.weight", "hidden.bias", "out.weight", "steps", "mean"});
}

TEST_CASE("leaves: floating parameters are trainable, integers and buffers carried") {
  CHECK(tree::names(model(), tree::trainable) == Names{"hidden.weight", "hidden.bias", "out.weight"});
  CHECK(tree::names(model(), tree::carried) == Names{"steps", "mean"});
}

TEST_CASE("leaves: equal handles are not ties") {
  const Tensor x = ones({2});
  CHECK(tree::leaves(Linear{x, x}).size() == 2);
}

TEST_CASE("leaves: count and bytes add up") {
  CHECK(tree::count(model()) == 6 + 2 + 2 + 4 + 5);
  CHECK(tree::count(model(), tree::trainable) == 10);
  CHECK(tree::bytes(model()) == 4 * 10 + 8 * 4 + 8 * 5);
  CHECK(tree::count(Model{}) == 0);
}

TEST_CASE("leaves: two of one name are an error that names it") {
  const std::pair<std::map<std::string, Tensor>, int> fine{{{"a.b", ones({})}}, 0};
  CHECK(tree::names(fine) == Names{"0.a.b"});
  std::map<std::string, std::map<std::string, Tensor>> clash;
  clash["a"]["b.c"] = ones({});
  clash["a.b"]["c"] = ones({});
  CHECK_THROWS_MATCHES(
      tree::names(clash), TreeError,
      Catch::Message("names: two leaves are called \"a.b.c\"; rename a field or a map's key so that each has its own name"));
  CHECK(tree::leaves(clash).size() == 2);
}

TEST_CASE("leaves: a tree is rebuilt from its leaves") {
  const Model before = model();
  std::vector<Tensor> leaves = tree::leaves(before);
  leaves[2] = zeros({1, 2});
  const Model after = tree::rebuild(before, leaves);
  CHECK(after.out.weight.same_as(leaves[2]));
  CHECK(after.hidden.weight.same_as(before.hidden.weight));
  CHECK(after.mean.same_as(before.mean));
  CHECK(after.out.bias.absent());
  CHECK(after.width == 7);
  CHECK_FALSE(before.out.weight.same_as(leaves[2]));
}

TEST_CASE("leaves: some leaves are replaced and the others kept, or made absent") {
  const Model before = model();
  const std::vector<Tensor> values{zeros({2, 3}), zeros({2}), Tensor()};
  const Model kept = tree::rebuild(before, values, tree::trainable);
  CHECK(kept.hidden.bias.same_as(values[1]));
  CHECK(kept.out.weight.absent());
  CHECK(kept.steps.same_as(before.steps));
  const Model gradient = tree::rebuild_only(before, values);
  CHECK(gradient.hidden.weight.same_as(values[0]));
  CHECK(gradient.steps.absent());
  CHECK(gradient.mean.absent());
  CHECK(gradient.out.bias.absent());
  CHECK(gradient.width == 7);
}

TEST_CASE("leaves: a wrong number of values is an error and leaves the tree as it was") {
  Model m = model();
  const Tensor weight = m.hidden.weight;
  const std::vector<Tensor> values(2, ones({1}));
  CHECK_THROWS_MATCHES(tree::assign(m, values), TreeError, Catch::Message("assign: got 2 tensors for the 5 chosen leaves of the tree"));
  CHECK_THROWS_AS(tree::rebuild(m, values, tree::trainable), TreeError);
  CHECK(m.hidden.weight.same_as(weight));
  tree::assign(m, values, tree::carried);
  CHECK(m.steps.same_as(values[0]));
  CHECK(m.mean.same_as(values[1]));
}
