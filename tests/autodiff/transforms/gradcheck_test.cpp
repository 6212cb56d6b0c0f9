#include <descent/autodiff/transforms/gradcheck.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>
#include <descent/autodiff/transforms/gradcheck_matcher.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("gradcheck passes what is right and points at what is not") {
  struct Model {
    Tensor right, wrong;
  };
  const Model at{tensor({0.5, -1.0}), tensor({{1.0, 2.0}, {3.0, 4.0}})};
  const auto half = custom_vjp([](const Tensor& x) { return x * x; },
                               [](const Tensor&, const Tensor& ct, const Tensor& x) { return ct * x; }, Checked::never);
  CHECK(gradcheck([](const Model& m) { return sum(tanh(m.right)) + sum(exp(m.wrong)); }, at).passed);
  const GradcheckReport report = gradcheck([&](const Model& m) { return sum(tanh(m.right)) + sum(half(m.wrong)); }, at);
  CHECK_FALSE(report.passed);
  CHECK(report.leaves[0].path == "wrong");
  CHECK(report.leaves[0].index == std::vector<Index>{1, 1});
  CHECK(report.leaves[0].analytic == 4.0);
  CHECK(report.leaves[0].numeric == Approx(8.0).epsilon(1e-9));
  CHECK(report.leaves[1].error < 1e-10);
  CHECK(to_string(report).find("gradcheck FAILED: tolerance 1e-09, 2 leaves") == 0);
}

TEST_CASE("gradcheck refuses points where the cost is not finite, and tolerances that are none") {
  CHECK_THROWS_WITH(gradcheck([](const Tensor& x) { return sum(log(x)); }, -1.0), Catch::Contains("gradcheck: the cost is nan"));
  CHECK_THROWS_AS(gradcheck([](const Tensor& x) { return sum(x); }, 1.0, {.tolerance = 0}), ValueError);
}

TEST_CASE("gradcheck along random directions sees one wrong element among many") {
  const Tensor at = linspace(-1, 1, 20'000, f64);
  const auto off_by_one =
      custom_vjp([](const Tensor& x) { return square(x); },
                 [](const Tensor&, const Tensor& ct, const Tensor& x) { return ct * where(arange(x.numel()) == 777, 2.01 * x, 2.0 * x); },
                 Checked::never);
  CHECK(gradcheck([](const Tensor& x) { return sum(square(x)); }, at, {.directions = 3}).passed);
  const GradcheckReport report = gradcheck([&](const Tensor& x) { return sum(off_by_one(x)); }, at, {.directions = 3});
  CHECK_FALSE(report.passed);
  CHECK(report.leaves.empty());
  REQUIRE(report.directions.size() == 4);
  CHECK(report.directions[0].what == "slope");
  CHECK(report.directions[0].error > 1e-7);
}

TEST_CASE("gradcheck of order 2 finds a gradient that is right and whose own derivative is not") {
  const auto cut = custom_vjp([](const Tensor& x) { return x * x * x; },
                              [](const Tensor&, const Tensor& ct, const Tensor& x) { return ct * stop_gradient(3.0 * x * x); });
  const auto cost = [&](const Tensor& x) { return sum(cut(x)); };
  const Tensor at = tensor({0.5, -1.5}, f64);
  CHECK(gradcheck(cost, at).passed);
  const GradcheckReport report = gradcheck(cost, at, {.order = 2});
  CHECK_FALSE(report.passed);
  CHECK(report.directions[0].what == "curvature");
  CHECK(gradcheck([](const Tensor& x) { return sum(x * x * x); }, at, {.order = 2}).passed);
}

TEST_CASE("gradcheck compares the forward sweep with the reverse one") {
  const GradcheckReport report = gradcheck([](const Tensor& x) { return sum(exp(x)); }, 0.5);
  REQUIRE(report.directions.size() == 1);
  CHECK(report.directions[0].what == "adjoint");
  CHECK(report.directions[0].step == 0);
  CHECK(report.directions[0].error < 1e-15);
}

TEST_CASE("gradcheck as a matcher prints its table") {
  const auto cost = [](const Tensor& x) { return sum(sinh(x)); };
  CHECK_THAT(cost, has_right_gradient_at(tensor({0.1, 2.0}, f64), {.order = 2}));
  const auto wrong = has_right_gradient_at(tensor({3.0}, f64));
  const auto half = custom_vjp([](const Tensor& x) { return x * x; },
                               [](const Tensor&, const Tensor& ct, const Tensor& x) { return ct * x; }, Checked::never);
  CHECK_FALSE(wrong.match([&](const Tensor& x) { return sum(half(x)); }));
  CHECK_THAT(wrong.describe(), Catch::Contains("gradcheck FAILED") && Catch::Contains("<-"));
}
