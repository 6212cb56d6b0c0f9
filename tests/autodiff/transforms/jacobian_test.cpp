#include <descent/autodiff/transforms/jacobian.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {
std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }
}  // namespace

TEST_CASE("A Jacobian has the result's axes, then the argument's; rows and columns agree") {
  const Tensor a = tensor({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}}, f64);
  const Tensor tall = jacobian([&](const Tensor& x) { return matmul(a, x); }, tensor({1.0, 1.0}, f64));  // by columns
  CHECK(tall.shape() == Shape{3, 2});
  CHECK(list(tall) == list(a));
  const Tensor wide = jacobian([&](const Tensor& x) { return matmul(x, a); }, tensor({1.0, 1.0, 1.0}, f64));  // by rows
  CHECK(wide.shape() == Shape{2, 3});
  CHECK(list(wide) == list(transpose(a)));
  CHECK(jacobian([](const Tensor& x) { return transpose(x); }, ones({2, 3}, f64)).shape() == Shape{3, 2, 2, 3});
}

TEST_CASE("A Hessian is the Jacobian of the gradient, and can be differentiated") {
  const auto cost = [](const Tensor& x) { return sum(x * x * x); };
  const Tensor x = tensor({1.0, 2.0}, f64);
  CHECK(list(hessian(cost, x)) == std::vector<double>{6, 0, 0, 12});
  CHECK(list(grad([&](const Tensor& at) { return sum(hessian(cost, at)); })(x)) == std::vector<double>{6, 6});
}

TEST_CASE("Scalars, empty tensors and mistakes") {
  CHECK(jacobian([](const Tensor& x) { return x * x; }, scalar(3, f64)).item<double>() == 6.0);
  CHECK(jacobian([](const Tensor& x) { return x * 2.0; }, zeros({0}, f64)).shape() == Shape{0, 0});
  CHECK_THROWS_AS(jacobian([](const Tensor& x) { return x; }, tensor({1, 2})), DtypeError);
}
