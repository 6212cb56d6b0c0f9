#include <descent/data/save.hpp>

#include <map>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/tree/shared.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;

namespace {

struct Layer {
  Tensor weight;
  Tensor bias;
};

struct Model {
  Layer hidden;
  std::vector<Layer> tail;
  Buffer seen;
  Tensor steps;
  std::map<std::string, Tensor> extra;
  double rate = 0.1;
};

Model model(double value) {
  return {{full({2, 3}, value), full({3}, value)},
          {{full({3, 1}, value), Tensor()}},
          full({3}, value, f64),
          full({}, value, i64),
          {{"scale", full({1}, value)}}};
}

/// Its leaves can have the same names.
struct Clash {
  std::map<std::string, Tensor> a;
  std::map<std::string, std::vector<Tensor>> b;

  static void fields(auto& self, auto&& visit) {
    visit("", self.a);
    visit("", self.b);
  }
};

std::vector<double> all_values(const Model& m) {
  std::vector<double> values;
  for (const Tensor& leaf : tree::leaves(m))
    for (const double v : leaf.to_vector<double>()) values.push_back(v);
  return values;
}

}  // namespace

TEST_CASE("save and load: any tree, by name", "[data]") {
  const Folder folder;
  save(folder / "m", model(3), {{"note", "n"}});
  std::vector<std::string> names;
  for (const auto& t : data::read_safetensors(folder / "m").tensors) names.push_back(t.name);
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"extra.scale", "hidden.bias", "hidden.weight", "seen", "steps", "tail.0.weight"});
  CHECK(data::read_safetensors(folder / "m").metadata.at("note") == "n");

  Model other = model(0);
  load(folder / "m", other);
  CHECK(all_values(other) == all_values(model(3)));
  CHECK(other.tail[0].bias.absent());
  CHECK(all_values(loaded(folder / "m", model(0))) == all_values(model(3)));
  CHECK(other.seen.dtype() == f64);
}

TEST_CASE("save: a shared value is there once and is shared after loading", "[data]") {
  struct Tied {
    tree::Shared<Layer> in, out;
  };
  const Folder folder;
  const tree::Shared<Layer> layer(Layer{full({2}, 5), Tensor()});
  save(folder / "tied", Tied{layer, layer});
  REQUIRE(data::read_safetensors(folder / "tied").tensors.size() == 1);
  CHECK(data::read_safetensors(folder / "tied").tensors[0].name == "in.weight");

  const tree::Shared<Layer> blank(Layer{zeros({2}), Tensor()});
  const Tied tied = loaded(folder / "tied", Tied{blank, blank});
  CHECK(tied.out->weight.to_vector<int>() == std::vector{5, 5});
  CHECK(tied.in.same_as(tied.out));
}

TEST_CASE("load: a tree that does not fit is left as it was", "[data]") {
  const Folder folder;
  save(folder / "m", model(3));

  Model other = model(1);
  other.hidden.weight = full({3, 2}, 1);
  other.steps = full({}, 1, i32);
  other.extra = {{"shift", full({1}, 1)}};
  const auto before = all_values(other);
  CHECK(sentence_of<TreeError>([&] { load(folder / "m", other); }) ==
        "load: '" + (folder / "m") +
            "' does not fit the tree: missing 'extra.shift'; mismatched 'hidden.weight' is f32[2, 3], wanted f32[3, 2], "
            "'steps' is i64[], wanted i32[]; unexpected 'extra.scale'");
  CHECK(all_values(other) == before);

  std::vector<Tensor> many(12, ones({1}));
  save(folder / "many", many);
  CHECK(sentence_of<TreeError>([&] { loaded(folder / "many", std::vector<Tensor>{}); }) ==
        "load: '" + (folder / "many") + "' does not fit the tree: unexpected '0', '1', '10', '11', '2', '3', '4', '5' and 4 more");

  spit(folder / "m", "torn");
  CHECK_THROWS_AS(load(folder / "m", other), FormatError);
  CHECK_THROWS_AS(load(folder / "none", other), FileError);
  CHECK(all_values(other) == before);
}

TEST_CASE("save: two leaves of one name, and the old file stays", "[data]") {
  const Folder folder;
  save(folder / "m", model(3));
  CHECK_THROWS_AS(save(folder / "m", Clash{{{"tail.0", ones({1})}}, {{"tail", {ones({1})}}}}), TreeError);
  CHECK(all_values(loaded(folder / "m", model(0))) == all_values(model(3)));
}
