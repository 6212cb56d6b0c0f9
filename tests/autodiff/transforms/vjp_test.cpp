#include <descent/autodiff/transforms/vjp.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {
std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }
}  // namespace

TEST_CASE("vjp returns the value and a pullback that may be called again") {
  const Tensor x = tensor({1.0, 2.0}, f64);
  const auto [y, pullback] = vjp([](const Tensor& at) { return at * at; }, x);
  CHECK(list(y) == std::vector<double>{1, 4});
  CHECK(list(pullback(tensor({1.0, 0.0}, f64))) == std::vector<double>{2, 0});
  CHECK(list(pullback(tensor({0.0, 1.0}, f64))) == std::vector<double>{0, 4});
}

TEST_CASE("vjp of several arguments and a tree of results") {
  struct Pair {
    Tensor sum, product;
  };
  const Tensor x = tensor({1.0, 2.0}, f64);
  const Tensor y = tensor({3.0, 4.0}, f64);
  const auto [value, pullback] = vjp([](const Tensor& a, const Tensor& b) { return Pair{a + b, a * b}; }, x, y);
  const auto [of_x, of_y] = pullback(Pair{ones({2}, f64), ones({2}, f64)});
  CHECK(list(of_x) == std::vector<double>{4, 5});
  CHECK(list(of_y) == std::vector<double>{2, 3});
  const auto [x_only, y_only] = pullback(Pair{ones({2}, f64), Tensor()});  // an absent cotangent is zero
  CHECK(list(x_only) == std::vector<double>{1, 1});
}

TEST_CASE("What is computed from vjp's value is not recorded on its tape, and is on an outer one") {
  const Tensor slope = grad([](const Tensor& x) {
    const auto [y, pullback] = vjp([](const Tensor& at) { return at * at * at; }, x);
    return sum(pullback(ones_like(y)));  // sum of 3 x^2
  })(tensor({1.0, 2.0}, f64));
  CHECK(list(slope) == std::vector<double>{6, 12});
}

TEST_CASE("A cotangent that does not fit is named with both shapes") {
  const auto result = vjp([](const Tensor& at) { return at * at; }, tensor({1.0, 2.0}, f64));
  CHECK_THROWS_WITH(result.second(tensor({1.0}, f64)), Catch::Contains("vjp: the cotangent is f64[1]; it must be f64[2] as the result is"));
}
