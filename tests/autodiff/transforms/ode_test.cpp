#include <descent/autodiff/transforms/ode.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

const Tensor kZero = scalar(0.0, f64), kOne = scalar(1.0, f64);
double number(const Tensor& x) { return x.item<double>(); }

/// y(t) = y e^(-rate (t - t0))
const auto decay = [](const Tensor&, const Tensor& y, const Tensor& rate) { return -rate * y; };

struct Swing {
  Tensor place, speed;
};
/// place'' = -stiffness * place
const auto swinging = [](const Tensor&, const Swing& s, const Tensor& stiffness) { return Swing{s.speed, -stiffness * s.place}; };

/// Van der Pol's equation as a system.
const auto van_der_pol = [](const Tensor&, const Tensor& y, const Tensor& mu) {
  const Tensor x = slice(y, {0}), v = slice(y, {1});
  return stack({v, mu * (1.0 - x * x) * v - x});
};

}  // namespace

TEST_CASE("rk4: its error falls with the fourth power of the step") {
  const auto error = [](Index steps) {
    return std::abs(number(rk4(decay, {.steps = steps})(kOne, kZero, kOne, scalar(2.0, f64))) - std::exp(-2.0));
  };
  CHECK(error(10) / error(20) == Approx(16).epsilon(0.1));
  CHECK(error(100) < 1e-8);
}

TEST_CASE("rk4: gradients are those of the steps made, kept or made again") {
  for (const Index every : {0, 7}) {
    const auto flow = rk4(van_der_pol, {.steps = 20, .checkpoint_every = every});
    const auto cost = [&](const std::tuple<Tensor, Tensor>& at) {
      return sum(square(flow(std::get<0>(at), kZero, scalar(1.5, f64), std::get<1>(at))));
    };
    CHECK(gradcheck(cost, std::tuple(tensor({1.0, 0.5}, f64), scalar(0.7, f64)), {.order = 2}));
  }
}

TEST_CASE("dormand_prince: solutions that are known, forwards and backwards in time, of any tree") {
  const auto flow = dormand_prince(decay, {.relative = 1e-11, .absolute = 1e-11});
  CHECK(number(flow(kOne, kZero, kOne, scalar(2.0, f64))) == Approx(std::exp(-2.0)).epsilon(1e-9));
  CHECK(number(flow(kOne, kOne, kZero, scalar(2.0, f64))) == Approx(std::exp(2.0)).epsilon(1e-9));
  CHECK(number(flow(kOne, kOne, kOne, scalar(2.0, f64))) == 1);
  const Swing end =
      dormand_prince(swinging, {.relative = 1e-11, .absolute = 1e-11})(Swing{kOne, kZero}, kZero, scalar(3.0, f64), scalar(4.0, f64));
  CHECK(number(end.place) == Approx(std::cos(6.0)).epsilon(1e-8));
  CHECK(number(end.speed) == Approx(-2 * std::sin(6.0)).epsilon(1e-8));
}

TEST_CASE("dormand_prince: the adjoint gives the slopes of state, times and parameters") {
  const auto flow = dormand_prince(decay, {.relative = 1e-11, .absolute = 1e-11});
  const Tensor y = scalar(1.5, f64), from = scalar(0.5, f64), to = scalar(2.0, f64), rate = scalar(0.8, f64);
  const double end = 1.5 * std::exp(-0.8 * 1.5);
  const auto [by_y, by_from, by_to, by_rate] = grad<0, 1, 2, 3>(flow)(y, from, to, rate);
  CHECK(number(by_y) == Approx(end / 1.5).epsilon(1e-8));
  CHECK(number(by_from) == Approx(0.8 * end).epsilon(1e-8));
  CHECK(number(by_to) == Approx(-0.8 * end).epsilon(1e-8));
  CHECK(number(by_rate) == Approx(-1.5 * end).epsilon(1e-8));
}

TEST_CASE("dormand_prince: second derivatives are adjoints of adjoints, and forward ones agree") {
  const auto flow = dormand_prince(decay, {.relative = 1e-10, .absolute = 1e-10});
  const auto end = [&](const Tensor& rate) { return flow(kOne, kZero, kOne, rate); };
  const Tensor rate = scalar(0.8, f64);
  CHECK(number(grad(grad(end))(rate)) == Approx(std::exp(-0.8)).epsilon(1e-7));
  CHECK(number(jvp(end, rate, kOne).second) == Approx(-std::exp(-0.8)).epsilon(1e-7));
}

TEST_CASE("dormand_prince agrees with rk4 where the equation is not linear") {
  const Tensor y = tensor({1.0, 0.5}, f64), mu = scalar(1.2, f64), to = scalar(2.0, f64);
  const auto adaptive = dormand_prince(van_der_pol, {.relative = 1e-11, .absolute = 1e-11});
  const auto fixed = rk4(van_der_pol, {.steps = 2000});
  const auto slopes = [&](const auto& flow) {
    const auto [by_y, by_mu] = grad<0, 1>([&](const Tensor& at, const Tensor& m) { return sum(square(flow(at, kZero, to, m))); })(y, mu);
    return concat({by_y, reshape(by_mu, {1})}, 0);
  };
  CHECK(max(abs(slopes(adaptive) - slopes(fixed))).item<double>() < 1e-7);
}

TEST_CASE("dormand_prince in vmap: each example with its own steps and slopes") {
  const auto flow = dormand_prince(decay, {.relative = 1e-10, .absolute = 1e-10});
  const Tensor rates = tensor({0.1, 2.0, 30.0}, f64);
  const auto end = [&](const Tensor& rate) { return flow(kOne, kZero, kOne, rate); };
  const auto close = [](const Tensor& a, const Tensor& b) { return max(abs(a - b)).item<double>() < 1e-8; };
  CHECK(close(vmap(end)(rates), exp(-rates)));
  CHECK(close(vmap(grad(end))(rates), -exp(-rates)));
  CHECK(close(grad([&](const Tensor& all) { return sum(vmap(end)(all)); })(rates), -exp(-rates)));
}

TEST_CASE("ode: what cannot be solved is said") {
  const auto flow = dormand_prince(decay, {.steps = 3});
  CHECK_THROWS_WITH(flow(kOne, kZero, scalar(100.0, f64), scalar(5.0, f64)), Catch::StartsWith("dormand_prince: after 3 steps t is"));
  const auto wider = [](const Tensor&, const Tensor& y) { return y * ones({2}, f64); };
  CHECK_THROWS_AS(dormand_prince(wider)(kOne, kZero, kOne), ShapeError);
  CHECK_THROWS_WITH(rk4(wider)(kOne, kZero, kOne),
                    Catch::StartsWith("rk4: the function returned f64[2] for tensor 0 of the state, which is f64[]"));
  CHECK_THROWS_AS(rk4(decay)(scalar(1, i64), kZero, kOne, kOne), DtypeError);
  CHECK_THROWS_AS(rk4(decay)(kOne, zeros({2}, f64), kOne, kOne), ShapeError);
  CHECK_THROWS_AS(rk4(decay, {.steps = 0})(kOne, kZero, kOne, kOne), ValueError);
  CHECK_THROWS_AS(grad([](const Tensor& rate) {
                    return dormand_prince([&](const Tensor&, const Tensor& y) { return -rate * y; })(kOne, kZero, kOne);
                  })(kOne),
                  TapeError);
}
