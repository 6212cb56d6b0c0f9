#include <descent/autodiff/tree/shared.hpp>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/tree/leaves.hpp>
#include <descent/autodiff/tree/map.hpp>
#include <descent/autodiff/tree/modes.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using tree::Shared;

namespace {

using Names = std::vector<std::string>;

struct Linear {
  Tensor weight, bias;
  bool training = true;
  Tensor operator()(const Tensor& x) const { return x.same_as(weight) ? bias : weight; }
};
struct Model {
  Shared<Linear> embed;
  Tensor middle;
  Shared<Linear> out;
};

Model tied() {
  const Shared<Linear> layer(Linear{ones({2, 3}), ones({2})});
  return {layer, ones({4}), layer};
}
Model apart() { return {Shared<Linear>(Linear{ones({2, 3}), ones({2})}), ones({4}), Shared<Linear>(Linear{ones({2, 3}), ones({2})})}; }
float first(const Tensor& x) { return x.to_vector<float>().at(0); }

}  // namespace

TEST_CASE("shared: a value counts once, under the name of its first handle") {
  CHECK(tree::names(tied()) == Names{"embed.weight", "embed.bias", "middle"});
  CHECK(tree::count(tied()) == 12);
  CHECK(tree::names(apart()).size() == 5);
}

TEST_CASE("shared: a tree made from a tree has handles to one new value of its own") {
  const Model before = tied();
  const Model after = tree::map(before, [](Tensor x) { return zeros_like(x); });
  CHECK(after.embed.same_as(after.out));
  CHECK_FALSE(after.embed.same_as(before.embed));
  CHECK(first(after.out->weight) == 0);
  CHECK(first(before.out->weight) == 1);
}

TEST_CASE("shared: one update reaches all handles of a tree and no other tree") {
  Model m = tied();
  const Model copy = m;
  const std::vector<Tensor> values{zeros({2, 3}), zeros({2}), zeros({4})};
  tree::assign(m, values);
  CHECK(m.out->weight.same_as(values[0]));
  CHECK(m.embed.same_as(m.out));
  CHECK(first(copy.out->weight) == 1);
}

TEST_CASE("shared: a gradient has the structure of its tree") {
  const Model m = tied();
  const Model gradient = tree::rebuild_only(m, tree::leaves(m));
  int met = 0;
  tree::zip([&](const Tensor& x, const Tensor& slope) { met += x.same_as(slope); }, m, gradient);
  CHECK(met == 3);
  CHECK_FALSE(tree::eval(m).embed->training);
  CHECK(m.embed->training);
}

TEST_CASE("shared: values inside shared values") {
  struct Outer {
    Shared<Linear> inner;
  };
  struct Deep {
    Shared<Linear> plain;
    Shared<Outer> outer, again;
  };
  const Shared<Linear> inner(Linear{ones({2}), {}});
  const Shared<Outer> outer(Outer{inner});
  const Deep deep{inner, outer, outer};
  CHECK(tree::names(deep) == Names{"plain.weight"});
  const Deep after = tree::map(deep, [](Tensor x) { return x; });
  CHECK(after.plain.same_as(after.outer->inner));
  CHECK(after.outer.same_as(after.again));
  CHECK_FALSE(after.plain.same_as(inner));
}

TEST_CASE("shared: a handle without a value has no leaves") {
  const Shared<Linear> none;
  CHECK_FALSE(none.present());
  CHECK(tree::names(Model{none, ones({1}), none}) == Names{"middle"});
  CHECK_FALSE(tree::map(Model{}, [](Tensor x) { return x; }).embed.present());
}

TEST_CASE("shared: a layer is called through its handle; an edit is seen by all") {
  Model m = tied();
  CHECK(m.embed(m.out->weight).same_as(m.out->bias));
  m.embed.edit().bias = zeros({7});
  CHECK(m.out->bias.numel() == 7);
}
