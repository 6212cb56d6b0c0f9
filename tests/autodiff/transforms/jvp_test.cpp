#include <descent/autodiff/transforms/jvp.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {
std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }
struct Line {
  Tensor slope, offset;
};
}  // namespace

TEST_CASE("jvp is the derivative along a tangent") {
  const Tensor x = tensor({1.0, 2.0}, f64);
  const auto [y, t] = jvp([](const Tensor& at) { return at * at; }, x, tensor({1.0, -1.0}, f64));
  CHECK(list(y) == std::vector<double>{1, 4});
  CHECK(list(t) == std::vector<double>{2, -4});
}

TEST_CASE("jvp over trees: an absent tangent is zero") {
  const Line at{tensor({2.0}, f64), tensor({1.0}, f64)};
  const auto [y, t] = jvp([](const Line& m) { return m.slope * 3.0 + m.offset; }, at, Line{tensor({1.0}, f64), Tensor()});
  CHECK(list(y) == std::vector<double>{7});
  CHECK(list(t) == std::vector<double>{3});
}

TEST_CASE("A tangent that broadcasts has the result's shape") {
  const auto [y, t] = jvp([](const Tensor& b) { return b + zeros({2, 3}, f64); }, tensor({1.0, 2.0, 3.0}, f64), ones({3}, f64));
  CHECK(t.shape() == Shape{2, 3});
  CHECK(list(t) == std::vector<double>(6, 1.0));
}

TEST_CASE("A result that does not depend on the argument has tangent zero") {
  const auto [y, t] = jvp([](const Tensor&) { return tensor({5.0}, f64); }, tensor({1.0}, f64), tensor({1.0}, f64));
  CHECK(list(t) == std::vector<double>{0});
}

TEST_CASE("hvp is the Hessian times a vector, on trees too") {
  const auto cost = [](const Line& m) { return sum(m.slope * m.slope * m.offset); };  // Hessian [[2 o, 2 s], [2 s, 0]]
  const Line at{tensor({2.0}, f64), tensor({3.0}, f64)};
  const Line product = hvp(cost, at, Line{tensor({1.0}, f64), tensor({10.0}, f64)});
  CHECK(list(product.slope) == std::vector<double>{6 + 40});
  CHECK(list(product.offset) == std::vector<double>{4});
}

TEST_CASE("A tangent that does not fit is refused") {
  const auto f = [](const Tensor& x) { return x; };
  CHECK_THROWS_AS(jvp(f, tensor({1.0, 2.0}, f64), tensor({1.0}, f64)), ShapeError);
}
