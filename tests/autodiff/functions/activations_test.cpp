#include <descent/autodiff/functions/activations.hpp>

#include <cmath>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

/// f with its parameters left at their defaults.
template <class F> Unary with_defaults(F f) {
  return [f](const Tensor& x) { return f(x); };
}

}  // namespace

TEST_CASE("activations that clamp: slope 0 at the bounds") {
  CHECK(value(relu6, {-1, 3, 7, NaN}) == near({0, 3, 6, NaN}));
  CHECK(slope(relu6, {0, 3, 6}) == Numbers{0, 1, 0});
  const Unary hard = with_defaults([](const Tensor& x) { return hard_tanh(x); });
  CHECK(value(hard, {-2, 0.5, 2}) == Numbers{-1, 0.5, 1});
  CHECK(slope(hard, {-1, 0.5, 1}) == Numbers{0, 1, 0});
  CHECK(value(hard_sigmoid, {-3, 0, 1.5, 3}) == Numbers{0, 0.5, 0.75, 1});
  CHECK(slope(hard_sigmoid, {-3, 0, 3}) == near({0, 1.0 / 6, 0}));
  CHECK(value(hard_swish, {-4, 1.5, 4}) == Numbers{0, 1.125, 4});
  CHECK(slope(hard_swish, {-4, 1.5, 4}) == near({0, 1, 1}));
}

TEST_CASE("prelu: the weight has a gradient") {
  CHECK(value(prelu, {-2, 3}, {0.25, 0.25}) == Numbers{-0.5, 3});
  CHECK(slope_x(prelu, {-2, 0, 3}, {0.25, 0.25, 0.25}) == Numbers{0.25, 0.25, 1});
  CHECK(slope_y(prelu, {-2, 0, 3}, {0.25, 0.25, 0.25}) == Numbers{-2, 0, 0});
}

TEST_CASE("celu and selu: values, and e^x of a large x does not leak") {
  const Unary celu2 = [](const Tensor& x) { return celu(x, 2); };
  CHECK(value(celu2, {-1, 0, 3}) == near({2 * std::expm1(-0.5), 0, 3}));
  CHECK(slope(celu2, {-1, 0, 3, 5000}) == near({std::exp(-0.5), 1, 1, 1}));
  CHECK(value(selu, {1, -1}) == near({1.0507009873554805, 1.0507009873554805 * 1.6732632423543772 * std::expm1(-1)}));
  CHECK(slope(selu, {5000, -5000}) == near({1.0507009873554805, 0}));
  CHECK_THROWS_AS(celu(zeros({2}), 0), ValueError);
  CHECK_THROWS_WITH(celu(zeros({2}), 0), Catch::StartsWith("celu: alpha is 0; it must not be"));
}

TEST_CASE("mish, softsign, tanh_shrink: values, slopes at 0 and limits") {
  CHECK(value(mish, {0, 1, -1000, 1000, -inf}) == near({0, std::tanh(std::log1p(std::exp(1))), 0, 1000, 0}));
  CHECK(slope(mish, {0, 1000, -1000}) == near({0.6, 1, 0}));  // tanh(log 2) = 3/5
  CHECK(value(softsign, {0, 1, -3}) == Numbers{0, 0.5, -0.75});
  CHECK(slope(softsign, {0, 1, -3}) == near({1, 0.25, 0.0625}));
  CHECK(slope(tanh_shrink, {0, 40}) == Numbers{0, 1});
}

TEST_CASE("shrinks and threshold: 0 at the edge, NaN stays") {
  const Unary hard = [](const Tensor& x) { return hard_shrink(x, 0.5); };
  const Unary soft = [](const Tensor& x) { return soft_shrink(x, 0.5); };
  CHECK(value(hard, {-2, -0.5, 0.2, 0.5, 2, NaN}) == near({-2, 0, 0, 0, 2, NaN}));
  CHECK(value(soft, {-2, -0.5, 0.2, 0.5, 2, NaN}) == near({-1.5, 0, 0, 0, 1.5, NaN}));
  CHECK(slope(hard, {-2, -0.5, 0.2, 0.5, 2}) == Numbers{1, 0, 0, 0, 1});
  CHECK(slope(soft, {-2, -0.5, 0.2, 0.5, 2}) == Numbers{1, 0, 0, 0, 1});
  const Unary above_one = [](const Tensor& x) { return threshold(x, 1, -7); };
  CHECK(value(above_one, {0, 1, 2, NaN}) == near({-7, -7, 2, NaN}));
  CHECK(slope(above_one, {0, 1, 2}) == Numbers{0, 0, 1});
  CHECK(hard_shrink(tensor({0.0, 1.0}), -1).to_vector<float>() == std::vector<float>{0, 1});
  CHECK_THROWS_AS(soft_shrink(zeros({2}), -1), ValueError);
  CHECK_THROWS_WITH(soft_shrink(zeros({2}), -1), Catch::StartsWith("soft_shrink: width is -1; it must be 0 or more"));
  CHECK_THROWS_WITH(soft_shrink(zeros({2}), NaN), Catch::StartsWith("soft_shrink: width is nan; it must be 0 or more"));
}

TEST_CASE("logit: the inverse of sigmoid") {
  CHECK(value(logit, {0.5, 0, 1, 1e-300}) == near({0, -inf, inf, std::log(1e-300)}));
  CHECK(slope(logit, {0.5, 0.2}) == near({4, 6.25}));
}

TEST_CASE("glu and swiglu: the front half, gated or gating") {
  const Tensor x = from_vector(std::vector<double>{2, -3, 0, 1000, -1000, 0});  // halves {2, -3, 0} and {1000, -1000, 0}
  CHECK(glu(x).to_vector<double>() == std::vector<double>{2, 0, 0});
  CHECK(swiglu(x).to_vector<double>() == near({2000 / (1 + std::exp(-2)), 3000 / (1 + std::exp(3)), 0}));
  CHECK(glu(zeros({4, 3}), 0).shape() == Shape{2, 3});
  CHECK_THROWS_AS(glu(zeros({2, 3})), ShapeError);
  CHECK_THROWS_WITH(swiglu(zeros({2, 3})), Catch::StartsWith("swiglu: axis 1 of [2, 3] has an odd size; it is cut into halves"));
}

TEST_CASE("snake: alpha has a gradient, at 0 too") {
  const Binary f = [](const Tensor& x, const Tensor& alpha) { return snake(x, alpha); };
  CHECK(value(f, {0.5, -2, 3}, {1, 2, 0}) == near({0.5 + std::pow(std::sin(0.5), 2), -2 + std::pow(std::sin(4), 2) / 2, 3}));
  CHECK(slope_x(f, {0.5, -2, 3}, {1, 2, 0}) == near({1 + std::sin(1.0), 1 + std::sin(-8.0), 1}));
  CHECK(slope_y(f, {0.5, 3}, {1, 0}) == near({0.5 * std::sin(1.0) - std::pow(std::sin(0.5), 2), 9}));
}
