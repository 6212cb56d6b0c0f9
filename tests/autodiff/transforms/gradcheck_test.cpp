#include <descent/autodiff/transforms/gradcheck.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("gradcheck passes what is right and points at what is not") {
  struct Model {
    Tensor right, wrong;
  };
  const Model at{tensor({0.5, -1.0}), tensor({{1.0, 2.0}, {3.0, 4.0}})};
  const auto half =
      custom_vjp([](const Tensor& x) { return x * x; }, [](const Tensor&, const Tensor& ct, const Tensor& x) { return ct * x; });
  CHECK(gradcheck([](const Model& m) { return sum(tanh(m.right)) + sum(exp(m.wrong)); }, at).passed);
  const GradcheckReport report = gradcheck([&](const Model& m) { return sum(tanh(m.right)) + sum(half(m.wrong)); }, at);
  CHECK_FALSE(report.passed);
  CHECK(report.leaves[0].path == "wrong");
  CHECK(report.leaves[0].index == std::vector<Index>{1, 1});
  CHECK(report.leaves[0].analytic == 4.0);
  CHECK(report.leaves[0].numeric == Approx(8.0).epsilon(1e-9));
  CHECK(report.leaves[1].error < 1e-10);
  CHECK(to_string(report).find("gradcheck FAILED: tolerance 1e-07, 2 leaves") == 0);
}

TEST_CASE("gradcheck refuses points where the cost is not finite, and tolerances that are none") {
  CHECK_THROWS_WITH(gradcheck([](const Tensor& x) { return sum(log(x)); }, -1.0), Catch::Contains("gradcheck: the cost is nan"));
  CHECK_THROWS_AS(gradcheck([](const Tensor& x) { return sum(x); }, 1.0, {.tolerance = 0}), ValueError);
}
