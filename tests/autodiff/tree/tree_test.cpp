#include <descent/autodiff/tree/tree.hpp>

#include <map>
#include <memory>
#include <unordered_map>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

struct Linear {
  Tensor weight, bias;
};
struct Base {
  Tensor weight;
};
struct Derived : Base {};
class Hidden {
 public:
  explicit Hidden(Tensor weight) : weight_(std::move(weight)) {}
  static void fields(auto& self, auto&& visit) { visit("weight", self.weight_); }

 private:
  Tensor weight_;
};
class Opaque {
 public:
  int value() const { return value_; }

 private:
  int value_ = 0;
};

}  // namespace

TEST_CASE("tree: the concept takes leaves, constants, containers, aggregates and classes with fields") {
  STATIC_REQUIRE(tree::TreeLike<Tensor>);
  STATIC_REQUIRE(tree::TreeLike<Buffer>);
  STATIC_REQUIRE(tree::TreeLike<double>);
  STATIC_REQUIRE(tree::TreeLike<Linear>);
  STATIC_REQUIRE(tree::TreeLike<Hidden>);
  STATIC_REQUIRE(tree::TreeLike<std::vector<Linear>>);
  STATIC_REQUIRE(tree::TreeLike<std::map<std::string, Tensor>>);
  STATIC_REQUIRE(tree::TreeLike<tree::Shared<Linear>>);
  STATIC_REQUIRE_FALSE(tree::TreeLike<Tensor*>);
  STATIC_REQUIRE_FALSE(tree::TreeLike<std::unique_ptr<Tensor>>);
  STATIC_REQUIRE_FALSE(tree::TreeLike<std::unordered_map<std::string, Tensor>>);
  STATIC_REQUIRE_FALSE(tree::TreeLike<Derived>);
  STATIC_REQUIRE_FALSE(tree::TreeLike<Opaque>);
}
