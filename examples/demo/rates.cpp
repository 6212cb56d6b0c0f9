// Scene 2. One cost and a ladder of learning rates; then five methods in Rosenbrock's valley.

#include <algorithm>
#include <cmath>
#include <vector>

#include <descent/descent.hpp>
#include <descent/examples/demo/scenes.hpp>
#include <descent/examples/demo/tutorial.hpp>
#include <descent/plot/contour.hpp>
#include <descent/plot/trace.hpp>

namespace demo {

using namespace descent;

namespace {

constexpr Index kDrawn = 150;  // steps of each path through the valley

// Each step multiplies the error by 1 - rate.
std::string verdict(double rate, bool arrived) {
  const double factor = std::abs(1 - rate);
  if (factor == 0) return "one step: exact";
  if (arrived) return rate > 1 ? "overshoots, and arrives" : factor > 0.8 ? "slow" : "arrives";
  if (factor == 1) return "bounces for ever";
  return factor > 1 ? "diverges" : "still on its way";
}

/// Whether a run did what 1 - rate says, with a step to spare where rounding decides.
bool as_expected(double rate, double start, const optim::Minimum<double>& found, Index patience) {
  const double factor = std::abs(1 - rate);
  const double error = std::abs(start - minimum);
  const bool arrived = found.reason == optim::Reason::slope;
  if (error < flat || factor == 0) return arrived;
  if (factor >= 1) return !arrived;
  const double steps = std::log(flat / error) / std::log(factor);
  return arrived ? std::abs(static_cast<double>(found.steps) - std::ceil(steps)) <= 1 : steps > static_cast<double>(patience) - 1;
}

std::string last_cost(double cost) { return cost < 1e6 ? plot::number_text(cost, 2) : plot::power_text(std::log10(cost)); }

plot::Exhibit ladder(const Options& options, Stage& stage) {
  using plot::Align;
  const double start = options.start.value_or(-2);
  const Index patience = options.steps.value_or(100);
  std::vector<double> rungs = {0.1, 0.5, 1.0, 1.6, 2.0, 2.1};
  if (options.rate && std::find(rungs.begin(), rungs.end(), *options.rate) == rungs.end()) rungs.push_back(*options.rate);
  std::sort(rungs.begin(), rungs.end());

  plot::Table table{
      .columns = {{"rate", Align::right}, {"steps to |slope| < 0.001", Align::right}, {"last cost", Align::right}, {"verdict"}}};
  plot::RatesLadder data{.tolerance = 0.5 * flat * flat};
  for (const double rate : rungs) {
    const auto found = optim::minimize(cost_of, start, optim::sgd({.rate = rate}), {.steps = patience, .slope = flat});
    const bool arrived = found.reason == optim::Reason::slope;
    const std::string word = verdict(rate, arrived);
    const std::string steps = arrived ? std::to_string(found.steps) : words("not in %td", found.steps);
    table.rows.push_back({plot::number_text(rate), steps, last_cost(found.cost), word});
    data.runs.push_back({.rate = rate, .costs = plot::costs_of(found.trace), .verdict = word});
    if (!as_expected(rate, start, found, patience))
      throw Error(words("rates: rate %g took %td steps, which is not what 1 - rate says", rate, found.steps));
  }
  stage.say(words("C(p) = ½ (p − 1)² from p = %s. Each step multiplies the error by 1 − rate; a rate of 2 only turns it to the other side.",
                  plot::number_text(start).c_str()));
  stage.show(table);
  const plot::Figure figure = plot::rates_ladder(data);
  stage.show(figure, 14);
  return {.figure = figure,
          .caption = words("From p = %s; a step multiplies the error by 1 − rate.", plot::number_text(start).c_str()),
          .table = table};
}

struct Place {
  Tensor x, y;
};
Tensor valley(const Place& at) { return square(1.0 - at.x) + 100.0 * square(at.y - square(at.x)); }

struct Method {
  const char* name;
  const char* rate;
  optim::Transform transform;
};
std::vector<Method> methods() {
  return {{"gradient descent", "0.0012", optim::sgd({.rate = 0.0012})},
          {"momentum 0.9", "0.0012", optim::sgd({.rate = 0.0012, .momentum = 0.9})},
          {"Nesterov 0.9", "0.0012", optim::sgd({.rate = 0.0012, .momentum = 0.9, .nesterov = true})},
          {"RMSProp", "0.02, shrinking", optim::rmsprop({.rate = optim::exponential(0.02, 0.999)})},
          {"Adam", "0.1", optim::adam({.rate = 0.1})}};
}

plot::Exhibit rosenbrock(Stage& stage) {
  using plot::Align;
  plot::ContourPaths picture{.title = words("Rosenbrock's valley: the first %td steps", kDrawn), .minimum = plot::Point{1, 1}};
  picture.grid = plot::sampled({-1.6, 1.6}, {-0.6, 1.8}, 121, 91,
                               [](double x, double y) { return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x); });

  plot::Table table{.columns = {{"method"}, {"rate"}, {"steps", Align::right}, {"evaluations", Align::right}, {"last cost", Align::right}}};
  const Place start{scalar(-1.2), scalar(1.0)};
  std::vector<double> steps;
  for (const Method& method : methods()) {
    const auto found = optim::minimize(valley, start, method.transform, {.steps = 20'000, .cost = 1e-6});
    table.rows.push_back({method.name, method.rate, plot::grouped(static_cast<double>(found.steps)),
                          plot::grouped(static_cast<double>(found.evaluations)), last_cost(found.cost)});
    picture.paths.push_back(plot::path_of(method.name, found.trace, kDrawn));
    if (found.reason != optim::Reason::cost) throw Error(words("rates: %s did not arrive in %td steps", method.name, found.steps));
    steps.push_back(static_cast<double>(found.steps));
  }
  const plot::Figure figure = plot::contour_paths(picture);
  const std::string told = words(
      "Rosenbrock's valley, (1 − x)² + 100 (y − x²)², from (−1.2, 1) until the cost is 10⁻⁶. With a memory of earlier slopes, "
      "%s steps do what plain descent does in %s.",
      plot::grouped(*std::min_element(steps.begin(), steps.end())).c_str(), plot::grouped(steps[0]).c_str());
  stage.say(told);
  stage.show(table);
  stage.show(figure, 18);
  return {.figure = figure, .caption = told, .table = table};
}

}  // namespace

plot::Section rates(const Options& options, Stage& stage) {
  plot::Section section{.title = "Learning rates and methods",
                        .text = "Too small a step is slow; too large a step never arrives; memory helps."};
  section.exhibits.push_back(ladder(options, stage));
  section.exhibits.push_back(rosenbrock(stage));
  return section;
}

}  // namespace demo
