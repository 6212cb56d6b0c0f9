#include <descent/autodiff/tree/select.hpp>

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
  Linear encoder, decoder;
  Buffer mean;
};

Model model() { return {{ones({2, 3}), ones({2})}, {ones({1, 2}), ones({1})}, Buffer(ones({2}))}; }

}  // namespace

TEST_CASE("select: a star stands for any text") {
  CHECK(tree::matches("encoder.*", "encoder.weight"));
  CHECK(tree::matches("*.bias", "layers.0.bias"));
  CHECK(tree::matches("layers.*.weight", "layers.10.attention.weight"));
  CHECK(tree::matches("*", ""));
  CHECK(tree::matches("a*b*c", "aXbYbZc"));
  CHECK(tree::matches("**a", "bba"));
  CHECK(tree::matches("weight", "weight"));
  CHECK_FALSE(tree::matches("weight", "weights"));
  CHECK_FALSE(tree::matches("encoder.*", "encoder"));
  CHECK_FALSE(tree::matches("a*b", "abc"));
  CHECK_FALSE(tree::matches("", "a"));
}

TEST_CASE("select: freezing leaves the trainable leaves that no pattern matches") {
  CHECK(tree::names(model(), tree::freeze(model(), {"encoder.*"})) == Names{"decoder.weight", "decoder.bias"});
  CHECK(tree::names(model(), tree::freeze(model(), {"*.bias", "decoder.*"})) == Names{"encoder.weight"});
  CHECK(tree::freeze(model(), {"*.bias"}).without() == Names{"encoder.bias", "decoder.bias"});
  CHECK(tree::names(model(), tree::freeze(model(), {})) == tree::names(model(), tree::trainable));
}

TEST_CASE("select: a frozen leaf is kept, and absent in a gradient") {
  const Model before = model();
  const tree::Select select = tree::freeze(before, {"encoder.*", "*.bias"});
  const Tensor value = zeros({1, 2});
  const Model gradient = tree::rebuild_only(before, std::span(&value, 1), select);
  CHECK(gradient.decoder.weight.same_as(value));
  CHECK(gradient.encoder.weight.absent());
  CHECK(gradient.decoder.bias.absent());
  CHECK(tree::rebuild(before, std::span(&value, 1), select).encoder.weight.same_as(before.encoder.weight));
}

TEST_CASE("select: a pattern that freezes nothing is an error") {
  CHECK_THROWS_MATCHES(tree::freeze(model(), {"encodr.*"}), TreeError,
                       Catch::Message("freeze: no trainable leaf matches \"encodr.*\"; the tree has 4, the first is \"encoder.weight\""));
  CHECK_THROWS_WITH(tree::freeze(model(), {"mean"}), Catch::Contains("no trainable leaf matches \"mean\""));
  CHECK_THROWS_MATCHES(tree::freeze(Model{}, {"*"}), TreeError, Catch::Message("freeze: no trainable leaf matches \"*\"; the tree has 0"));
}
