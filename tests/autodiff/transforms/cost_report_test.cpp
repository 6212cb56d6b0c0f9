#include <descent/autodiff/transforms/cost_report.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("A cost report counts the tape and times cost and gradient") {
  const CostReport report = cost_report([](const Tensor& x) { return sum(exp(x) * x); }, ones({1000}, f64), 3);
  CHECK(report.tape.entries == 3);
  CHECK(report.tape.bytes_kept == 16000);
  CHECK(report.cost_seconds > 0);
  CHECK(report.ratio == Approx(report.gradient_seconds / report.cost_seconds));
  CHECK(to_string(report).find("op") != std::string::npos);
  CHECK_THROWS_AS(cost_report([](const Tensor& x) { return sum(x); }, 1.0, 0), ValueError);
}
