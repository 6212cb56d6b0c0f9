#include <descent/nn/loss/regression.hpp>

#include <cmath>
#include <limits>
#include <numbers>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;
using nn::Reduction;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// loss(x, 0) element by element.
template <class F> auto of_distance(F loss) {
  return [loss](const Tensor& x) { return loss(x, 0.0); };
}

}  // namespace

TEST_CASE("smooth_l1: huber / beta, and at beta 0 the distance itself") {
  const auto loss = [](double beta) { return [=](const Tensor& x) { return nn::smooth_l1(x, 1.0, beta, Reduction::none); }; };
  CHECK(holds(loss(2)(vec({1, 2, 3, 6})), {0, 0.25, 1, 4}));
  CHECK(holds(slope(loss(2), vec({1, 2, 3, 6})), {0, 0.5, 1, 1}));
  CHECK(holds(loss(0)(vec({1, 2, -3})), {0, 1, 4}));
  CHECK(holds(slope(loss(0), vec({1, 2, -3})), {0, 1, -1}));
  CHECK(sentence<ValueError>([] { nn::smooth_l1(1.0, 2.0, -1); }) == "smooth_l1: beta is -1; it must be finite and 0 or more");
  CHECK_THROWS_AS(nn::smooth_l1(1.0, 2.0, kNaN), ValueError);
}

TEST_CASE("log_cosh: half the square near 0, the distance less log 2 far out") {
  const auto loss = of_distance([](const Tensor& x, const Arg& y) { return nn::log_cosh(x, y, Reduction::none); });
  CHECK(holds(loss(vec({1e-9, 1, 1e5})), {5e-19, std::log(std::cosh(1)), 1e5 - std::numbers::ln2}, 1e-15));
  CHECK(holds(slope(loss, vec({0, 1, 1e5})), {0, std::tanh(1), 1}, 1e-15));
}

TEST_CASE("pinball: what lies above costs 1 - level, what lies below costs level") {
  const Tensor target = vec({1, 1, 1});
  const auto loss = [&](const Tensor& x) { return nn::pinball(x, target, 0.9, Reduction::none); };
  CHECK(holds(loss(vec({-1, 1, 3})), {1.8, 0, 0.2}, 1e-15));
  CHECK(holds(slope(loss, vec({-1, 1, 3})), {-0.9, 0, 0.1}, 1e-15));
  // the least mean over 0, 1, ..., 10 is at the quantile: the slope changes its sign there
  const auto cost = [](const Tensor& x) { return nn::pinball(x, arange(11, f64), 0.25, Reduction::sum); };
  CHECK(slope(cost, scalar(1.99, f64)).item<double>() < 0);
  CHECK(slope(cost, scalar(3.01, f64)).item<double>() > 0);
  CHECK(sentence<ValueError>([] { nn::pinball(1.0, 2.0, 1.5); }) == "pinball: the level is 1.5; it must lie in [0, 1]");
}

TEST_CASE("robust losses: like half a square near 0, bounded or slow far out") {
  const auto cauchy = of_distance([](const Tensor& x, const Arg& y) { return nn::cauchy(x, y, 2, Reduction::none); });
  const auto geman = of_distance([](const Tensor& x, const Arg& y) { return nn::geman_mcclure(x, y, 2, Reduction::none); });
  const auto tukey = of_distance([](const Tensor& x, const Arg& y) { return nn::tukey(x, y, 2, Reduction::none); });
  for (const auto& near : {cauchy(vec({1e-6})), geman(vec({1e-6})), tukey(vec({1e-6}))}) CHECK(near.item<double>() == Approx(5e-13));
  CHECK(holds(cauchy(vec({0, -2, 6})), {0, 2 * std::log(2), 2 * std::log(10)}, 1e-15));
  CHECK(holds(slope(cauchy, vec({0, -2, 6})), {0, -1, 0.6}, 1e-15));
  CHECK(holds(geman(vec({0, -2, 1e200})), {0, 1, 2}, 1e-15));
  CHECK(holds(slope(geman, vec({0, -2, 1e200})), {0, -0.5, 0}, 1e-15));
  CHECK(holds(tukey(vec({0, 1, 2, -9, kInf})), {0, 4.0 / 6 * (1 - std::pow(0.75, 3)), 4.0 / 6, 4.0 / 6, 4.0 / 6}, 1e-15));
  CHECK(holds(slope(tukey, vec({0, 1, 2, -9, kInf})), {0, std::pow(0.75, 2), 0, 0, 0}, 1e-15));
  CHECK(holds(tukey(vec({kNaN})), {kNaN}));
  CHECK(sentence<ValueError>([] { nn::cauchy(1.0, 2.0, 0); }) == "cauchy: the scale is 0; it must be finite and above 0");
  CHECK_THROWS_AS(nn::geman_mcclure(1.0, 2.0, -1), ValueError);
  CHECK_THROWS_AS(nn::tukey(1.0, 2.0, kInf), ValueError);
}

TEST_CASE("poisson_nll: of log rates and of rates") {
  const Tensor t = vec({0, 3});
  CHECK(holds(nn::poisson_nll(vec({0, std::log(2)}), t, {.reduction = Reduction::none}), {1, 2 - 3 * std::log(2)}, 1e-15));
  CHECK(holds(nn::poisson_nll(vec({1, 2}), t, {.log_input = false, .eps = 0, .reduction = Reduction::none}), {1, 2 - 3 * std::log(2)},
              1e-15));
  const double stirling = 3 * std::log(3) - 3 + 0.5 * std::log(6 * std::numbers::pi);
  CHECK(holds(nn::poisson_nll(vec({0, 0}), t, {.full = true, .reduction = Reduction::none}), {1, 1 + stirling}, 1e-15));
  CHECK(holds(slope([&](const Tensor& x) { return nn::poisson_nll(x, t, {.reduction = Reduction::sum}); }, vec({0, std::log(3)})), {1, 0},
              1e-15));
  CHECK(holds(slope([&](const Tensor& at) { return nn::poisson_nll(1.0, at, {.full = true, .reduction = Reduction::sum}); }, vec({0})),
              {-1}));
}

TEST_CASE("gaussian_nll: a variance of 0 counts as eps") {
  const Tensor x = vec({1, 3}), t = vec({1, 1});
  const auto loss = [&](const Tensor& v) { return nn::gaussian_nll(x, t, v, {.eps = 0.25, .reduction = Reduction::none}); };
  CHECK(holds(loss(vec({1, 4})), {0, 0.5 * std::log(4) + 0.5}, 1e-15));
  CHECK(holds(loss(vec({0, 0})), {0.5 * std::log(0.25), 0.5 * std::log(0.25) + 8}, 1e-15));
  CHECK(holds(slope(loss, vec({0, 0})), {0, 0}));
  CHECK(holds(slope(loss, vec({1, 2})), {0.5, 0.25 - 0.5}, 1e-15));
  CHECK(holds(nn::gaussian_nll(x, t, 1.0, {.full = true}), {0.5 * std::log(2 * std::numbers::pi) + 1}, 1e-15));
  CHECK(holds(nn::gaussian_nll(tensor({1}), tensor({3}), tensor({4})), {0.5 * std::log(4) + 0.5}, 1e-7));
  CHECK(sentence<ShapeError>([&] {
          nn::gaussian_nll(x, t, ones({3, 1}));
        }) == "gaussian_nll: the variance is [3, 1]; it must broadcast to mean and target, [2]");
  CHECK_THROWS_AS(nn::gaussian_nll(x, t, t, {.eps = 0}), ValueError);
}

TEST_CASE("total_variation: neighbours above and beside, image by image") {
  const Tensor images = grid({2, 2, 3}, {1, 2, 4, 1, 0, 4, 5, 5, 5, 5, 5, 5});
  CHECK(holds(nn::total_variation(images, Reduction::none), {(1 + 2) + (1 + 4) + (0 + 2 + 0), 0}));
  CHECK(holds(nn::total_variation(images), {5}));
  CHECK(holds(nn::total_variation(ones({1, 1, 4})), {0}));
  CHECK(holds(slope([](const Tensor& x) { return nn::total_variation(x); }, grid({1, 3}, {1, 5, 5})), {-1, 1, 0}));
  CHECK(sentence<ShapeError>([] { nn::total_variation(ones({3})); }) == "total_variation: the images are [3]; they must be [..., h, w]");
}

TEST_CASE("regression: gradients by differences") {
  struct Three {
    Tensor x, t, v;
  };
  const Three at{vec({0.3, -1.2, 2.5}), vec({0.9, 1.1, 2.4}), vec({0.5, 0.7, 2})};
  CHECK(gradcheck([](const Three& p) { return nn::smooth_l1(p.x, p.t, 0.8); }, at));
  CHECK(gradcheck([](const Three& p) { return nn::log_cosh(p.x, p.t); }, at));
  CHECK(gradcheck([](const Three& p) { return nn::pinball(p.x, p.t, 0.3); }, at));
  CHECK(gradcheck([](const Three& p) { return nn::cauchy(p.x, p.t, 0.7); }, at));
  CHECK(gradcheck([](const Three& p) { return nn::geman_mcclure(p.x, p.t, 0.7); }, at));
  CHECK(gradcheck([](const Three& p) { return nn::tukey(p.x, p.t, 2.0); }, at));
  CHECK(gradcheck([](const Three& p) { return nn::poisson_nll(p.x, p.t, {.full = true}); }, at));
  CHECK(gradcheck([](const Three& p) { return nn::gaussian_nll(p.x, p.t, p.v); }, at));
}
