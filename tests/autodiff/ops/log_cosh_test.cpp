#include <descent/autodiff/ops/ops.hpp>

#include <cmath>

#include <descent/autodiff/transforms/grad.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("log_cosh is the logarithm of cosh, without its overflow") {
  const std::vector<double> y = log_cosh(tensor({0.0, 1.0, -2.0, 1000.0}, f64)).to_vector<double>();
  CHECK(std::abs(y[0]) < 1e-16);
  CHECK(y[1] == Approx(std::log(std::cosh(1.0))).epsilon(1e-15));
  CHECK(y[2] == Approx(std::log(std::cosh(2.0))).epsilon(1e-15));
  CHECK(y[3] == Approx(1000 - std::log(2.0)).epsilon(1e-15));
}

TEST_CASE("log_cosh is flat at 0 and has slope one far out") {
  const auto slope = grad([](const Tensor& x) { return sum(log_cosh(x)); });
  CHECK(slope(0.0) == 0.0);
  CHECK(slope(-1000.0) == -1.0);
}
