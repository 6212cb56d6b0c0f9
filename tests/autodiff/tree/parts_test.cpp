#include <descent/autodiff/tree/parts.hpp>

#include <map>
#include <set>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/tensor/rng.hpp>
#include <descent/autodiff/tree/leaves.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

using Names = std::vector<std::string>;

enum class Mode { fast, exact };
struct Empty {};
struct Options {
  int width = 3;
  Mode mode = Mode::exact;
};
struct Date {
  explicit Date(int day_) : day(day_) {}
  int day;
};
struct Linear {
  Tensor weight, bias;
};
struct Nested {
  std::map<std::string, std::vector<std::optional<Linear>>> blocks;
};
struct Dated {
  Date when;
  std::vector<Date> others;
  Tensor weight;
};
struct Constants {
  bool flag = true;
  double rate = 0.5;
  Mode mode = Mode::fast;
  std::string text = "text";
  std::string_view view = "view";
  const char* letters = "letters";
  Options options;
  Empty empty;
  Shape shape{2, 3};
  Axes axes;
  std::function<Tensor(Tensor)> function = [](Tensor x) { return x; };
  Tensor (*pointer)(const Shape&, Dtype) = &ones;
  std::vector<bool> flags{true, false};
  std::array<int, 2> numbers{1, 2};
  std::optional<double> maybe;
  std::pair<int, std::string> pair;
  std::tuple<int, bool> tuple;
  std::map<std::string, double> rates{{"a", 1.0}};
  Tensor weight;
};

Tensor x() { return ones({2}); }
Linear linear() { return {ones({2, 3}), ones({2})}; }

}  // namespace

template <> inline constexpr bool descent::tree::is_constant<Date> = true;

TEST_CASE("parts: a tensor is a tree of one leaf without a name") { CHECK(tree::names(x()) == Names{""}); }

TEST_CASE("parts: containers name their parts by index, by key, or not at all") {
  CHECK(tree::names(std::vector{linear(), linear()}) == Names{"0.weight", "0.bias", "1.weight", "1.bias"});
  CHECK(tree::names(std::array{x(), x()}) == Names{"0", "1"});
  CHECK(tree::names(std::pair{x(), linear()}) == Names{"0", "1.weight", "1.bias"});
  CHECK(tree::names(std::tuple{x(), 3, linear()}) == Names{"0", "2.weight", "2.bias"});
  CHECK(tree::names(std::map<std::string, Tensor>{{"b", x()}, {"a", x()}}) == Names{"a", "b"});
  CHECK(tree::names(std::map<int, Linear>{{7, linear()}, {-1, {}}}) == Names{"7.weight", "7.bias"});
  CHECK(tree::names(std::optional<Linear>(linear())) == Names{"weight", "bias"});
  CHECK(tree::names(std::optional<Linear>()).empty());
  CHECK(tree::names(std::vector<Linear>()).empty());
  CHECK(tree::names(std::tuple<>()).empty());
}

TEST_CASE("parts: containers nest") {
  Nested nested;
  nested.blocks["decoder"] = {std::nullopt, Linear{x(), {}}};
  nested.blocks["encoder"] = {linear()};
  CHECK(tree::names(nested) == Names{"blocks.decoder.1.weight", "blocks.encoder.0.weight", "blocks.encoder.0.bias"});
  CHECK(tree::names(Rng(3)) == Names{"key", "counter"});
}

TEST_CASE("parts: a class may contain itself") {
  struct Node {
    std::vector<Node> children;
    Tensor weight;
  };
  CHECK(tree::names(Node{{Node{{}, x()}, Node{}}, x()}) == Names{"children.0.weight", "weight"});
}

TEST_CASE("parts: a tuple of references shows what it refers to") {
  const Linear layer = linear();
  const Tensor weight = x();
  CHECK(tree::names(std::tie(layer, weight)) == Names{"0.weight", "0.bias", "1"});
}

TEST_CASE("parts: constants have no leaves and are carried along") {
  Constants constants;
  constants.weight = x();
  CHECK(tree::names(constants) == Names{"weight"});
  const Tensor replacement = ones({5});
  const Constants other = tree::rebuild(constants, std::span(&replacement, 1));
  CHECK(other.weight.same_as(replacement));
  CHECK(other.text == "text");
  CHECK(other.options.mode == Mode::exact);
  CHECK(other.shape == Shape{2, 3});
  CHECK(other.flags == std::vector{true, false});
  CHECK(other.rates.at("a") == 1.0);
  CHECK(other.function(replacement).same_as(replacement));
  CHECK(other.pointer == &ones);
}

TEST_CASE("parts: a type is made a constant by one line") { CHECK(tree::names(Dated{Date(1), {Date(2)}, x()}) == Names{"weight"}); }

TEST_CASE("parts: captureless lambdas are constants, containers as their elements are") {
  const auto twice = [](double v) { return 2 * v; };
  STATIC_REQUIRE(tree::is_constant<std::remove_const_t<decltype(twice)>>);
  STATIC_REQUIRE(tree::is_constant<std::vector<std::string>>);
  STATIC_REQUIRE(tree::is_constant<std::map<int, std::vector<bool>>>);
  STATIC_REQUIRE_FALSE(tree::is_constant<std::vector<Tensor>>);
  STATIC_REQUIRE_FALSE(tree::is_constant<std::pair<int, Tensor>>);
  STATIC_REQUIRE_FALSE(tree::is_constant<Tensor>);
  STATIC_REQUIRE_FALSE(tree::is_constant<int*>);
  STATIC_REQUIRE_FALSE(tree::OrderedMap<std::set<int>>);
  STATIC_REQUIRE_FALSE(tree::OrderedMap<std::multimap<int, Tensor>>);
}
