#include <descent/autodiff/tree/map.hpp>

#include <map>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/tree/leaves.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

using Names = std::vector<std::string>;

struct Linear {
  Tensor weight, bias;
};
struct Model {
  std::vector<Linear> layers;
  Buffer mean;
  std::string name = "none";
};

Model model() { return {{{ones({2, 3}), ones({2})}, {ones({1, 2}), {}}}, Buffer(ones({2})), "mine"}; }
float first(const Tensor& x) { return x.to_vector<float>().at(0); }

}  // namespace

TEST_CASE("map: replaces every present leaf of a copy") {
  const Model before = model();
  const Model after = tree::map(before, [](Tensor x) { return zeros_like(x); });
  CHECK(first(after.layers[0].weight) == 0);
  CHECK(first(after.mean) == 0);
  CHECK(after.layers[1].bias.absent());
  CHECK(after.name == "mine");
  CHECK(first(before.layers[0].weight) == 1);
}

TEST_CASE("map: f may take the path, and the leaves may be chosen") {
  Names met;
  const Model after = tree::map(
      model(),
      [&](const tree::Path& path, Tensor x) {
        met.push_back(path.text());
        return zeros_like(x);
      },
      tree::trainable);
  CHECK(met == Names{"layers.0.weight", "layers.0.bias", "layers.1.weight"});
  CHECK(first(after.mean) == 1);
}

TEST_CASE("map: a tree that is moved in gives its leaves up") {
  tree::map(model(), [](Tensor x) {
    CHECK(storage::reusable(*x.node()));
    return x;
  });
  const Model kept = model();
  tree::map(kept, [](Tensor x) {
    CHECK_FALSE(storage::reusable(*x.node()));
    return x;
  });
}

TEST_CASE("map: what f throws passes through and the tree is as before") {
  const Model before = model();
  CHECK_THROWS_AS(tree::map(before, [](const Tensor&) -> Tensor { throw ValueError("no"); }), ValueError);
  CHECK(before.layers[0].weight.present());
}

TEST_CASE("visit: shows absent leaves and roles; edit changes them where they are") {
  Model m = model();
  int absent = 0;
  int buffers = 0;
  tree::visit(m, [&](const tree::Path&, const Tensor& leaf, tree::Role role) {
    absent += leaf.absent();
    buffers += role == tree::Role::buffer;
  });
  CHECK(absent == 1);
  CHECK(buffers == 1);
  tree::edit(m, [](const tree::Path& path, Tensor& leaf, tree::Role) {
    if (path.name() == "bias") leaf = zeros({4});
  });
  CHECK(m.layers[1].bias.numel() == 4);
}

TEST_CASE("zip: meets the leaves of several trees side by side") {
  const Model a = model();
  const Model b = tree::map(a, [](Tensor x) { return zeros_like(x); });
  Names met;
  tree::zip(
      [&](const tree::Path& path, const Tensor& x, const Tensor& y, const Tensor& z) {
        met.push_back(path.text());
        CHECK(first(x) == 1);
        CHECK(first(y) == 0);
        CHECK(z.same_as(x));
      },
      a, b, a);
  CHECK(met == Names{"layers.0.weight", "layers.0.bias", "layers.1.weight", "mean"});
}

TEST_CASE("zip: leaves that are absent in the first tree are passed over, in another they are shown") {
  const Model params = model();
  const Model gradient = tree::rebuild_only(params, tree::leaves(params, tree::trainable));
  int absent = 0;
  tree::zip([&](const Tensor&, const Tensor& slope) { absent += slope.absent(); }, params, gradient);
  CHECK(absent == 1);
  int met = 0;
  tree::zip([&](const Tensor&, const Tensor&) { ++met; }, gradient, params);
  CHECK(met == 3);
}

TEST_CASE("zip_map: makes a tree like the first") {
  const Model params = model();
  const Model gradient = tree::rebuild_only(params, tree::leaves(params, tree::trainable));
  const Model update =
      tree::zip_map([](const Tensor& slope, const Tensor& x) { return slope.same_as(x) ? zeros_like(x) : x; }, gradient, params);
  CHECK(first(update.layers[1].weight) == 0);
  CHECK(update.mean.absent());
  CHECK(update.name == "mine");
  const Model same = tree::zip_map([](const tree::Path&, Tensor x) { return x; }, params);
  CHECK(same.mean.same_as(params.mean));
}

TEST_CASE("zip: trees of other types fit when their names do") {
  const std::map<std::string, Tensor> map{{"bias", zeros({2})}, {"weight", zeros({2, 3})}};
  struct Reversed {
    Tensor bias, weight;
  };
  int met = 0;
  tree::zip([&](const Tensor&, const Tensor&) { ++met; }, Reversed{ones({2}), ones({2, 3})}, map);
  CHECK(met == 2);
}

TEST_CASE("zip: another structure is an error that names the first place, before any call") {
  const Model a = model();
  Model b = model();
  b.layers.pop_back();
  const auto never = [](const Tensor&, const Tensor&) -> Tensor { throw ValueError("called"); };
  CHECK_THROWS_MATCHES(tree::zip(never, a, b), TreeError,
                       Catch::Message("zip: the trees differ in structure: where the first has \"layers.1.weight\", another has \"mean\""));
  CHECK_THROWS_MATCHES(
      tree::zip_map(never, b, a), TreeError,
      Catch::Message("zip_map: the trees differ in structure: where the first has \"mean\", another has \"layers.1.weight\""));
  using Map = std::map<std::string, Tensor>;
  const Map one{{"a", ones({})}};
  const Map two{{"a", ones({})}, {"b", ones({})}};
  const Map other{{"c", ones({})}};
  CHECK_THROWS_MATCHES(tree::zip(never, one, two), TreeError,
                       Catch::Message("zip: the trees differ in structure: where the first has no more leaves, another has \"b\""));
  CHECK_THROWS_MATCHES(tree::zip(never, two, one), TreeError,
                       Catch::Message("zip: the trees differ in structure: where the first has \"b\", another has no more leaves"));
  CHECK_THROWS_AS(tree::zip(never, one, other), TreeError);
}
