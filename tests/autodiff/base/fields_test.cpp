#include <descent/autodiff/base/fields.hpp>

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <descent/tests/catch.hpp>

using namespace descent;
using detail::Obstacle;
using detail::obstacle;

namespace {

template <class T> std::string joined_names(T& object) {
  std::string text;
  for_each_field(object, [&](std::string_view name, auto&) { text.append(name) += ' '; });
  return text;
}

struct Empty {};
struct Pair {
  std::vector<int> weight, bias;
};
struct NoDefault {
  NoDefault(int value_, int) : value(value_) {}
  int value;
};
struct HoldsNoDefault {
  NoDefault first;
  int second;
};
struct Self {
  std::vector<Self> children;
  int value = 0;
};
struct Wide {
  int a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7;
  int c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3, d4, d5, d6, d7;
};
struct TooWide {
  int a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7;
  int c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3, d4, d5, d6, d7, e0;
};
struct Library {
  std::optional<Pair> optional;
  std::function<int(int)> function;
  std::string string;
  std::map<std::string, Pair> map;
  std::array<Pair, 3> array;
  std::any any;
  std::unique_ptr<int> pointer;
  std::tuple<Pair, int> tuple;
  Empty empty;
  bool flag;
  void (*callback)(int);
};
template <class T> struct Generic {
  T value_of_t;
};

class Listed {
 public:
  explicit Listed(int value) : value_(value) {}
  static void fields(auto& self, auto&& visit) {
    for (int i = 0; i < 2; ++i) visit("value_" + std::to_string(i), self.value_);
  }

 private:
  int value_;
};

struct Base {
  int a;
};
struct Derived : Base {
  int b;
};
struct DerivedFromEmpty : Empty {
  int b;
};
struct CArray {
  int a[3];
  int b;
};
struct CArrayOfOne {
  int a[1];
};
struct LongCArray {
  double a[100];
};
struct Reference {
  int& a;
  int b;
};
struct ConstReference {
  int a;
  const int& b;
};
struct ConstMember {
  const int a;
};
struct Mutable {
  mutable int a;
};
class Private {
  [[maybe_unused]] int a;

 public:
  int b;
};
union Union {
  int a;
  float b;
};

}  // namespace

TEST_CASE("fields: the members of an aggregate are counted") {
  CHECK(field_count<Empty>() == 0);
  CHECK(field_count<Pair>() == 2);
  CHECK(field_count<HoldsNoDefault>() == 2);
  CHECK(field_count<Self>() == 2);
  CHECK(field_count<Wide>() == max_fields);
  CHECK(field_count<Library>() == 11);
}

TEST_CASE("fields: names are those of the declaration, in its order, for const objects too") {
  const Pair pair;
  Library library{};
  HoldsNoDefault holder{{1, 2}, 3};
  Empty empty;
  CHECK(joined_names(pair) == "weight bias ");
  CHECK(joined_names(library) == "optional function string map array any pointer tuple empty flag callback ");
  CHECK(joined_names(holder) == "first second ");
  CHECK(joined_names(empty).empty());
  CHECK(field_names<Wide>[0] == "a0");
  CHECK(field_names<Wide>[31] == "d7");
  CHECK(field_names<Generic<std::map<std::string, Pair>>>[0] == "value_of_t");
  STATIC_REQUIRE(field_names<Pair>[1] == "bias");
}

TEST_CASE("fields: local classes and letters beyond ASCII have names") {
  struct Local {
    Pair inner;
    int größe, _under1;
  };
  Local local{};
  CHECK(joined_names(local) == "inner größe _under1 ");
}

TEST_CASE("fields: members are given by reference, const when the object is") {
  Pair pair;
  for_each_field(pair, [](std::string_view name, std::vector<int>& member) { member.assign(name.size(), 1); });
  CHECK(pair.weight.size() == 6);
  CHECK(pair.bias.size() == 4);
  for_each_field(std::as_const(pair),
                 [](std::string_view, auto& member) { STATIC_REQUIRE(std::is_const_v<std::remove_reference_t<decltype(member)>>); });
}

TEST_CASE("fields: are found at compile time") {
  constexpr int sum = [] {
    struct Numbers {
      int a, b;
    };
    int total = 0;
    const Numbers numbers{3, 4};
    for_each_field(numbers, [&](std::string_view, int value) { total += value; });
    return total;
  }();
  STATIC_REQUIRE(sum == 7);
}

TEST_CASE("fields: a class may list them itself, under names made at run time") {
  STATIC_REQUIRE(HasFields<Listed>);
  STATIC_REQUIRE_FALSE(HasFields<Pair>);
  const Listed listed(5);
  CHECK(joined_names(listed) == "value_0 value_1 ");
  int sum = 0;
  for_each_field(listed, [&](std::string_view, const int& value) { sum += value; });
  CHECK(sum == 10);
}

TEST_CASE("fields: what cannot be taken apart is known by its cause") {
  STATIC_REQUIRE(obstacle<Pair> == Obstacle::none);
  STATIC_REQUIRE(obstacle<Union> == Obstacle::is_union);
  STATIC_REQUIRE(obstacle<Private> == Obstacle::not_aggregate);
  STATIC_REQUIRE(obstacle<NoDefault> == Obstacle::not_aggregate);
  STATIC_REQUIRE(obstacle<int> == Obstacle::not_aggregate);
  STATIC_REQUIRE(obstacle<Derived> == Obstacle::base_class);
  STATIC_REQUIRE(obstacle<DerivedFromEmpty> == Obstacle::base_class);
  STATIC_REQUIRE(obstacle<Reference> == Obstacle::uncountable);
  STATIC_REQUIRE(obstacle<TooWide> == Obstacle::too_many);
  STATIC_REQUIRE(obstacle<LongCArray> == Obstacle::too_many);
  STATIC_REQUIRE(obstacle<CArray> == Obstacle::c_array);
  STATIC_REQUIRE(obstacle<CArrayOfOne> == Obstacle::c_array);
  STATIC_REQUIRE(obstacle<ConstMember> == Obstacle::const_member);
  STATIC_REQUIRE(obstacle<ConstReference> == Obstacle::const_member);
  STATIC_REQUIRE(obstacle<Mutable> == Obstacle::reference);
  STATIC_REQUIRE(Reflected<Pair>);
  STATIC_REQUIRE(Reflected<Listed>);
  STATIC_REQUIRE_FALSE(Reflected<Derived>);
}
