#include <descent/autodiff/transforms/implicit.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

bool near(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() && max(abs(a - b)).item<double>() < 1e-8; }

const auto square_root = root([](const Tensor& x, const Tensor& a) { return x * x - a; });
Tensor root_of(const Tensor& a) { return square_root(ones_like(a), a); }

const Tensor kX = tensor({{1.0, 2.0}, {0.5, -1.0}, {2.0, 0.25}}, f64);
const Tensor kY = tensor({1.0, -2.0, 0.5}, f64);
Tensor ridge(const Tensor& w, const Tensor& strength) { return sum(square(matmul(kX, w) - kY)) + strength * sum(w * w); }
Tensor solved_ridge(const Tensor& strength) {
  return matmul(inv(matmul(transpose(kX), kX) + strength * eye(2, -1, f64)), matmul(transpose(kX), kY));
}

}  // namespace

TEST_CASE("root: the value, and derivatives by what the value fulfils") {
  const Tensor a = tensor({4.0, 9.0}, f64);
  CHECK(near(root_of(a), sqrt(a)));
  CHECK(near(jacobian(root_of, a), jacobian([](const Tensor& x) { return sqrt(x); }, a)));
  CHECK(near(hessian([](const Tensor& x) { return sum(root_of(x)); }, a), hessian([](const Tensor& x) { return sum(sqrt(x)); }, a)));
  CHECK(near(jvp(root_of, a, a).second, 0.5 * sqrt(a)));
}

TEST_CASE("root in vmap: each example converges by itself") {
  const Tensor a = tensor({{4.0}, {9.0}, {1e6}}, f64);
  CHECK(near(vmap(root_of)(a), sqrt(a)));
  CHECK(near(vmap(grad([](const Tensor& x) { return sum(root_of(x)); }))(a), 0.5 / sqrt(a)));
}

TEST_CASE("root: a solver of one's own, several parameters, coupled equations") {
  const auto residual = [](const Tensor& x, const Tensor& a, const Tensor& b) { return matmul(a, x) - b; };
  const auto linear = root(residual, [](const Tensor&, const Tensor& a, const Tensor& b) { return matmul(inv(a), b); });
  const Tensor a = tensor({{2.0, 1.0}, {0.5, 3.0}}, f64), b = tensor({1.0, 2.0}, f64);
  const auto [by_a, by_b] = grad<0, 1>([&](const Tensor& m, const Tensor& v) { return sum(linear(zeros({2}, f64), m, v)); })(a, b);
  const auto [wanted_a, wanted_b] = grad<0, 1>([](const Tensor& m, const Tensor& v) { return sum(matmul(inv(m), v)); })(a, b);
  CHECK(near(by_a, wanted_a));
  CHECK(near(by_b, wanted_b));
}

TEST_CASE("fixed_point: the number that is its own cosine, stretched") {
  const auto dottie = fixed_point([](const Tensor& x, const Tensor& a) { return cos(a * x); }, {.tolerance = 1e-13, .steps = 1000});
  const auto f = [&](const Tensor& a) { return dottie(scalar(0.5, f64), a); };
  const Tensor one = scalar(1.0, f64);
  const double x = f(one).item<double>();
  CHECK(x == Approx(0.7390851332151607).epsilon(1e-12));
  CHECK(grad(f)(one).item<double>() == Approx(-x * std::sin(x) / (1 + std::sin(x))).epsilon(1e-10));
}

TEST_CASE("argmin: hypergradients of a ridge regression") {
  const auto fitted = argmin(ridge);
  const Tensor strength = scalar(0.7, f64), start = zeros({2}, f64);
  CHECK(near(fitted(start, strength), solved_ridge(strength)));
  const auto loss = [](const Tensor& w) { return sum(square(w - 1.0)); };
  const auto by_fit = [&](const Tensor& s) { return loss(fitted(zeros({2}, f64), s)); };
  const auto by_formula = [&](const Tensor& s) { return loss(solved_ridge(s)); };
  CHECK(near(grad(by_fit)(strength), grad(by_formula)(strength)));
  CHECK(near(hessian(by_fit, strength), hessian(by_formula, strength)));
  const Tensor strengths = tensor({0.1, 1.0, 10.0}, f64);
  CHECK(near(vmap(grad(by_fit))(strengths), vmap(grad(by_formula))(strengths)));
}

TEST_CASE("implicit functions: what does not converge says so") {
  const auto none = root([](const Tensor& x, const Tensor& a) { return x * x + a; }, {.steps = 20});
  CHECK_THROWS_WITH(none(scalar(0.7, f64), scalar(1.0, f64)), Catch::Contains("root: after 20 steps the last is still"));
  const auto apart = fixed_point([](const Tensor& x, const Tensor& a) { return a * x; });
  CHECK_THROWS_AS(apart(scalar(1.0, f64), scalar(2.0, f64)), ValueError);
}
