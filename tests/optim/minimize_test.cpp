#include <descent/optim/minimize.hpp>

#include <cmath>
#include <map>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/nn/linear.hpp>
#include <descent/optim/optimisers.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;
using namespace descent::optim;

namespace {

/// Least at 1, where it is 0; its slope is the distance.
Tensor bowl(const Tensor& x) { return 0.5 * sum(square(x - 1.0)); }

Tensor rosenbrock(const Tensor& p) {
  const Tensor x = slice(p, {0}), y = slice(p, {1});
  return square(1.0 - x) + 100.0 * square(y - square(x));
}

struct Line {
  Tensor slope, offset;
  Buffer scale;
};

std::vector<double> costs(const Trace& trace) {
  std::vector<double> all;
  for (const Iteration& i : trace.iterations) all.push_back(i.cost);
  return all;
}

}  // namespace

TEST_CASE("minimize: gradient descent on a parabola is a geometric series") {
  // x <- x - 1.6 (x - 1), so the distance to 1 is multiplied by -0.6 each step
  const auto found = minimize(bowl, -2.0, sgd({.rate = 1.6}), {.steps = 20});
  REQUIRE(found.trace.iterations.size() == 21);
  for (std::size_t k = 0; k <= 20; ++k) {
    const Iteration& now = found.trace.iterations[k];
    const double distance = -3 * std::pow(-0.6, static_cast<double>(k));
    CHECK(now.step == static_cast<Index>(k));
    CHECK(now.evaluations == static_cast<Index>(k) + 1);
    CHECK(now.point[0] == Approx(1 + distance).epsilon(1e-13));
    CHECK(now.slope[0] == Approx(distance).epsilon(1e-11));
    CHECK(now.slope_norm == Approx(std::abs(distance)).epsilon(1e-11));
    CHECK(now.cost == Approx(distance * distance / 2).epsilon(1e-11));
  }
  CHECK(found.point == found.trace.iterations.back().point[0]);
  CHECK(found.cost == found.trace.iterations.back().cost);
  CHECK(found.reason == Reason::steps);
  CHECK(found.steps == 20);
  CHECK(found.evaluations == 21);
}

TEST_CASE("minimize: each rule ends the run by itself") {
  const auto run = [](Stop stop) { return minimize(bowl, -2.0, sgd({.rate = 0.5}), stop); };  // the distance 3 is halved each step
  const auto by_cost = run({.cost = 4.5 / 16});
  CHECK(by_cost.reason == Reason::cost);
  CHECK(by_cost.steps == 2);
  CHECK(to_string(by_cost.reason, {.cost = 0.28125}) == "reached: cost <= 0.28125");

  const auto by_slope = run({.slope = 0.01});
  CHECK(by_slope.reason == Reason::slope);
  CHECK(by_slope.steps == 9);  // 3 / 2^9 = 0.0059
  CHECK(to_string(by_slope.reason, {.slope = 0.01}) == "reached: |slope| < 0.01");

  const auto by_way = run({.moved = 0.1});
  CHECK(by_way.reason == Reason::moved);
  CHECK(by_way.steps == 5);  // 3 / 2^5 = 0.094
  CHECK(to_string(by_way.reason, {.moved = 0.1}) == "reached: moved less than 0.1");

  const auto by_steps = run({.steps = 0});
  CHECK(by_steps.reason == Reason::steps);
  CHECK(by_steps.point == -2);
  CHECK(by_steps.cost == 4.5);
  CHECK(to_string(by_steps.reason, {.steps = 0}) == "stopped: 0 steps");

  const auto by_evaluations = run({.evaluations = 4});
  CHECK(by_evaluations.reason == Reason::evaluations);
  CHECK(by_evaluations.evaluations == 4);
  CHECK(by_evaluations.steps == 3);
  CHECK(to_string(by_evaluations.reason, {.evaluations = 4}) == "stopped: 4 evaluations");

  CHECK(run({.steps = 5, .cost = 0.1, .slope = 1e-9}).reason == Reason::cost);
  CHECK(run({}).steps == 1000);
}

TEST_CASE("minimize: from numbers, vectors and trees, in f64") {
  CHECK(minimize(bowl, 3.0F, sgd({.rate = 1})).point == 1.0F);
  const auto vector = minimize(bowl, std::vector<double>{3, -4}, sgd({.rate = 0.5}), {.slope = 1e-9});
  CHECK(vector.point.size() == 2);
  CHECK(vector.point[1] == Approx(1));
  CHECK(minimize(bowl, ones({2, 3}) * 5.0, sgd({.rate = 1}), {.steps = 1}).point.shape() == Shape{2, 3});

  const Line start{tensor({0.0}), tensor({0.0}), tensor({2.0})};
  const Tensor x = vec({0, 1, 2, 3});
  const auto fit = [&](const Line& line) {
    const Tensor error = line.slope * x * line.scale + line.offset - vec({1, 5, 9, 13});
    return sum(square(error));
  };
  const auto found = minimize(fit, start, sgd({.rate = 0.01}), {.steps = 5000, .slope = 1e-9});
  CHECK(found.reason == Reason::slope);
  CHECK(found.point.slope.item<double>() == Approx(2));
  CHECK(found.point.offset.item<double>() == Approx(1));
  CHECK(found.point.slope.dtype() == f64);
  CHECK(found.point.scale.item<double>() == 2);
  CHECK(found.trace.iterations[0].point == std::vector<double>{0, 0});

  const auto named = minimize([](const std::map<std::string, Tensor>& p) { return bowl(p.at("x")); },
                              std::map<std::string, Tensor>{{"x", vec({2})}}, sgd({.rate = 1}), {.steps = 1});
  CHECK(named.point.at("x").item<double>() == 1);
}

TEST_CASE("minimize: any optimiser") {
  const std::vector<double> start = {-1.2, 1};
  const auto reached = [&](const Method& method, Index steps) { return minimize(rosenbrock, start, method, {.steps = steps}).cost; };
  CHECK(reached(adam({.rate = 0.05}), 5000) < 1e-6);
  CHECK(reached(sgd({.rate = 1e-3, .momentum = 0.9}), 5000) < 1e-3);
  CHECK(reached(chain(clip_by_global_norm(1), sgd({.rate = cosine(2e-3, 20000), .momentum = 0.9, .nesterov = true})), 20000) < 1e-4);
  CHECK(reached(adagrad({.rate = 0.5}), 5000) < 0.1);
  CHECK(reached(rmsprop({.rate = exponential(0.01, 0.999)}), 5000) < 0.1);
}

TEST_CASE("minimize: the trace keeps points of small problems only") {
  const auto run = [](Index traced) {
    return minimize(bowl, std::vector<double>{0, 0, 0}, sgd({.rate = 0.5}), {.steps = 3, .traced_coordinates = traced}).trace;
  };
  CHECK(run(3).iterations[1].point == std::vector<double>{0.5, 0.5, 0.5});
  CHECK(run(2).iterations[1].point.empty());
  CHECK(run(2).iterations[1].slope.empty());
  CHECK(run(2).iterations[1].cost == 0.375);
  CHECK(run(2).iterations[1].slope_norm == Approx(std::sqrt(0.75)));
}

TEST_CASE("minimize: a rate that is too large ends in an error that says what to do") {
  CHECK(sentence<ValueError>([] { minimize([](const Tensor& x) { return square(square(x)); }, 2.0, sgd({.rate = 1})); }) ==
        "minimize: the cost is not finite after 5 steps, where it was 6.79003e+190 a step before; try a smaller rate, or clip the "
        "gradient");
  CHECK(sentence<ValueError>([] { minimize([](const Tensor& x) { return log(x); }, -1.0, sgd()); }) ==
        "minimize: the cost is not finite at the start; start elsewhere");
  CHECK(sentence<ValueError>([] { minimize([](const Tensor& x) { return sqrt(x); }, 0.0, sgd()); }) ==
        "minimize: the slope is not finite at the start; start elsewhere");
  CHECK_THAT(sentence<ValueError>([] { minimize([](const Tensor& x) { return sqrt(abs(x) - 1.0); }, 2.0, sgd({.rate = 1.6})); }),
             Catch::Contains("the cost is not finite after"));
}

TEST_CASE("minimize: starts and rules out of range") {
  CHECK(sentence<ValueError>([] { minimize(bowl, std::vector<double>{}, sgd()); }) ==
        "minimize: the start has no coordinates; give at least one number");
  CHECK(sentence<ValueError>([] { minimize(bowl, 1.0, sgd(), {.steps = -1}); }) ==
        "minimize: stop after -1 steps or 1 evaluations; there must be at least 0 and 1");
  CHECK(sentence<ValueError>([] { minimize(bowl, 1.0, sgd(), {.evaluations = 0}); }) ==
        "minimize: stop after 1000 steps or 0 evaluations; there must be at least 0 and 1");
  CHECK(sentence<ValueError>([] { minimize(bowl, 1.0, sgd(), {.slope = std::nan("")}); }) ==
        "minimize: stop at cost -inf, slope nan, moved 0; none may be NaN");
  CHECK_THROWS_AS(minimize([](const Tensor& x) { return x; }, std::vector<double>{1, 2}, sgd()), ShapeError);
}

TEST_CASE("random_search: takes as many tries as the box is larger than what is wanted") {
  // In a box of side 2, a disc of radius 0.5 around 0 is hit with probability pi / 16: 5.09 tries in the mean.
  const auto cost = [](const Tensor& p) { return sum(square(p)); };
  constexpr int kRuns = 400;
  double tries = 0;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    const auto found = minimize(cost, std::vector<double>{0, 0}, random_search({.seed = seed}), {.cost = 0.25});
    CHECK(found.reason == Reason::cost);
    CHECK(found.cost <= 0.25);
    CHECK(found.steps == found.evaluations);
    CHECK(std::abs(found.point[0]) < 0.5);
    tries += static_cast<double>(found.steps) / kRuns;
  }
  const double p = std::acos(-1.0) / 16;
  CHECK(std::abs(tries - 1 / p) < 4 * std::sqrt(1 - p) / p / std::sqrt(kRuns));  // 4 deviations of a geometric law's mean
}

TEST_CASE("random_search: the best so far is kept, and a seed gives the same run") {
  const Stop stop{.steps = 200};
  const auto run = [&](std::uint64_t seed) {
    return minimize(bowl, std::vector<double>{0, 0}, random_search({.low = -3, .high = 3, .seed = seed}), stop);
  };
  const auto found = run(1);
  CHECK(found.steps == 200);
  CHECK(found.evaluations == 200);
  CHECK(found.reason == Reason::steps);
  const std::vector<double> kept = costs(found.trace);
  for (std::size_t i = 1; i < kept.size(); ++i) CHECK(kept[i] < kept[i - 1]);
  CHECK(found.cost == kept.back());
  CHECK(found.point == found.trace.iterations.back().point);
  CHECK(found.trace.iterations.back().slope.empty());
  CHECK(run(1).point == found.point);
  CHECK(run(2).point != found.point);
}

TEST_CASE("grid_search: every combination, points^d tries") {
  const auto cost = [](const Tensor& p) { return sum(square(p - vec({0.5, -1, 1}))); };
  const auto found = minimize(cost, std::vector<double>{0, 0, 0}, grid_search({.points = 5}));
  CHECK(found.reason == Reason::exhausted);
  CHECK(found.evaluations == 125);
  CHECK(found.point == std::vector<double>{0.5, -1, 1});
  CHECK(found.cost == 0);
  CHECK(to_string(found.reason, {}) == "stopped: nothing left to try");

  // the first axis goes fastest: 2 along it, none along the second, 2 planes of 9 along the third
  const auto reached = minimize(
      [](const Tensor& p) {
        return sum(square(p - vec({1, -1, 1})));
      },
      std::vector<double>{0, 0, 0}, grid_search({.points = 3}), {.cost = 0});
  CHECK(reached.evaluations == 2 * 9 + 0 * 3 + 2 + 1);
  CHECK(reached.reason == Reason::cost);
  CHECK(minimize(cost, std::vector<double>{0, 0, 0}, grid_search({.points = 5}), {.evaluations = 7}).evaluations == 7);
}

TEST_CASE("searches: costs that are not finite are passed over, and one at least must be") {
  const auto half = [](const Tensor& x) { return sqrt(x); };  // NaN below 0
  const auto found = minimize(half, 0.0, grid_search({.points = 9}));
  CHECK(found.point == 0);
  CHECK(found.evaluations == 9);
  CHECK(sentence<ValueError>([&] { minimize([](const Tensor& x) { return log(x - 5.0); }, 0.0, grid_search({.points = 4})); }) ==
        "minimize: none of 4 tries had a finite cost; look elsewhere, or at the cost");
}

TEST_CASE("searches: boxes that are none") {
  CHECK(sentence<ValueError>([] { random_search({.low = 1, .high = 1}); }) ==
        "random_search: the box reaches from 1 to 1; both ends must be finite and low below high");
  CHECK(sentence<ValueError>([] { grid_search({.low = -HUGE_VAL}); }) ==
        "grid_search: the box reaches from -inf to 1; both ends must be finite and low below high");
  CHECK(sentence<ValueError>([] { grid_search({.points = 1}); }) == "grid_search: 1 points along each axis; there must be at least 2");
}

TEST_CASE("minimize: a method of one's own is a function of the session") {
  const auto halving = [](Session& session) {  // of the first coordinate, by trying both sides
    double x = session.start()[0].item<double>();
    double width = 4;
    double least = session.cost({scalar(x, f64)});
    while (true) {
      for (const double side : {x - width, x + width}) {
        const Leaves there = {scalar(side, f64)};
        const double cost = session.cost(there);
        if (session.tried(there, cost)) return;
        if (cost < least) least = cost, x = side;
      }
      width /= 2;
    }
  };
  const auto found = minimize(bowl, -2.0, halving, {.cost = 1e-6});
  CHECK(found.reason == Reason::cost);
  CHECK(found.point == Approx(1).epsilon(1e-2));
}
