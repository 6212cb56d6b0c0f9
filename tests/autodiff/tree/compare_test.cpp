#include <descent/autodiff/tree/compare.hpp>

#include <limits>
#include <map>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/tensor/rng.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

using Map = std::map<std::string, Tensor>;

std::string diff(const auto& a, const auto& b, tree::Tolerance tolerance = {}) {
  return tree::to_string(tree::differences(a, b, tolerance));
}

}  // namespace

TEST_CASE("compare: near values are close, by the sum of both tolerances") {
  const Map a{{"w", tensor({1.0, 2.0}, f64)}};
  CHECK(tree::all_close(a, a));
  CHECK(tree::all_close(a, Map{{"w", tensor({1.0 + 0.9e-5, 2.0}, f64)}}));
  CHECK_FALSE(tree::all_close(a, Map{{"w", tensor({1.0 + 1.2e-5, 2.0}, f64)}}));
  CHECK(tree::all_close(a, Map{{"w", tensor({1.1, 2.1}, f64)}}, {.rtol = 0, .atol = 0.11}));
  CHECK(tree::all_close(Map{{"w", scalar(0.0, f64)}}, Map{{"w", scalar(1e-9, f64)}}));
  CHECK(tree::all_close(a, Map{{"w", tensor({1.0, 2.0}, f32)}}));
}

TEST_CASE("compare: each difference has its path, the worst element and both values") {
  const Map a{{"w", tensor({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}})}};
  const Map b{{"w", tensor({{1.0, 2.0, 3.5}, {4.0, 5.0, 7.25}})}};
  CHECK(diff(a, b) == "w: 2 of 6 elements differ, most at [1, 2]: 6 and 7.25\n");
  CHECK(diff(a, Map{{"w", ones({3})}}) == "w: the shapes are [2, 3] and [3]\n");
  CHECK(diff(a, Map{{"v", ones({3})}}) == "w: is only in the first tree\nv: is only in the second tree\n");
  CHECK(diff(ones({}), zeros({})) == ": 1 of 1 elements differ, most at []: 1 and 0\n");
}

TEST_CASE("compare: leaves are found by name, whatever the type and the order") {
  struct Pair {
    Tensor w, b;
  };
  CHECK(tree::all_close(Pair{ones({2}), zeros({1})}, Map{{"b", zeros({1})}, {"w", ones({2})}}));
  CHECK(tree::all_close(Pair{ones({2}), {}}, Map{{"b", {}}, {"w", ones({2})}}));
  CHECK_FALSE(tree::all_close(Pair{ones({2}), {}}, Map{{"b", zeros({1})}, {"w", ones({2})}}));
}

TEST_CASE("compare: integers are compared exactly, beyond 2^53 too") {
  CHECK(tree::all_close(Rng(1ULL << 60), Rng(1ULL << 60)));
  CHECK(diff(Rng(1ULL << 60), Rng((1ULL << 60) + 1)) ==
        "key: 1 of 1 elements differ, most at []: 1152921504606846976 and 1152921504606846977\n");
  CHECK_FALSE(tree::all_close(ones({2}, boolean), zeros({2}, boolean), {.atol = 10}));
}

TEST_CASE("compare: infinities and NaN") {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(tree::all_close(scalar(inf), scalar(inf)));
  CHECK_FALSE(tree::all_close(scalar(inf), scalar(-inf)));
  CHECK_FALSE(tree::all_close(scalar(1), scalar(inf)));
  CHECK_FALSE(tree::all_close(scalar(inf), scalar(1)));
  CHECK_FALSE(tree::all_close(scalar(nan), scalar(nan)));
  CHECK(tree::all_close(scalar(nan), scalar(nan), {.equal_nan = true}));
  CHECK(diff(scalar(nan), scalar(2)) == ": 1 of 1 elements differ, most at []: nan and 2\n");
}

TEST_CASE("compare: wrong tolerances and abstract leaves are errors") {
  CHECK_THROWS_MATCHES(tree::all_close(ones({}), ones({}), {.rtol = -1}), ValueError,
                       Catch::Message("differences: rtol is -1; it must be at least 0"));
  CHECK_THROWS_AS(tree::all_close(ones({}), ones({}), {.atol = std::numeric_limits<double>::quiet_NaN()}), ValueError);
  CHECK_THROWS_AS(tree::all_close(abstract_tensor({2}, f32), ones({2})), AbstractError);
}

TEST_CASE("compare: structure is names in order, absent leaves included, not shapes") {
  CHECK(tree::same_structure(Map{{"a", ones({2})}}, Map{{"a", ones({3})}}));
  CHECK(tree::same_structure(Map{{"a", ones({2})}}, Map{{"a", {}}}));
  CHECK_FALSE(tree::same_structure(Map{{"a", ones({2})}}, Map{{"b", ones({2})}}));
  CHECK_FALSE(tree::same_structure(std::vector<Tensor>(2), std::vector<Tensor>(3)));
}
