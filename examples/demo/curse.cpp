// Scene 3. Brute force against calculus: how many tries find weights within 0.1 of the best, and what a gradient costs.

#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include <descent/descent.hpp>
#include <descent/examples/demo/scenes.hpp>
#include <descent/plot/figures.hpp>

namespace demo {

using namespace descent;

namespace {

constexpr double kNear = 0.1;
constexpr int kMostTried = 5;                // dimensions in which brute force is really run
constexpr double kTriesASecond = 1e8;        // of the machine that the estimates imagine
constexpr double kTriesToSpend = 1'800'000;  // on the mean of random searches

Tensor bowl(const Tensor& w) { return 0.5 * sum(square(w + 0.5)); }

// log10 of the tries that random search takes on average: the volume of the cube [-1, 1]^d over that of the ball around the best.
double random_tries(int d) {
  return (d * std::log(2 / kNear) - 0.5 * d * std::log(std::numbers::pi) + std::lgamma(0.5 * d + 1)) / std::numbers::ln10;
}

// Cells so small that the centre of the right one is near enough: half its diagonal is sqrt(d) / n.
Index cells(int d) { return static_cast<Index>(std::ceil(std::sqrt(d) / kNear)); }
double grid_tries(int d) { return d * std::log10(cells(d)); }

// Descent starts sqrt(d) away, and each step multiplies the distance by 1 - rate. Absent where that does not arrive.
std::optional<Index> descent_steps(int d, double rate) {
  const double factor = std::abs(1 - rate);
  if (factor == 0) return 1;
  if (factor >= 1) return std::nullopt;
  return static_cast<Index>(std::ceil(std::log(std::sqrt(d) / kNear) / -std::log(factor)));
}

optim::Minimum<std::vector<double>> run(int d, const optim::Method& method, Index steps) {
  const std::vector<double> start(static_cast<std::size_t>(d), 0.5);
  return optim::minimize(bowl, start, method, {.steps = steps, .cost = 0.5 * kNear * kNear, .traced_coordinates = 0});
}

constexpr Index kUntilFound = Index{1} << 40;

/// The mean of several searches, fewer where each is long.
double random_tried(int d, std::uint64_t seed) {
  const auto runs = static_cast<std::uint64_t>(std::clamp(kTriesToSpend / std::pow(10, random_tries(d)), 3.0, 100.0));
  double total = 0;
  for (std::uint64_t i = 0; i < runs; ++i)
    total += static_cast<double>(run(d, optim::random_search({.seed = seed + i}), kUntilFound).evaluations);
  return total / static_cast<double>(runs);
}

double grid_tried(int d) {
  const double half = 1 / static_cast<double>(cells(d));
  const auto found = run(d, optim::grid_search({.low = half - 1, .high = 1 - half, .points = cells(d)}), kUntilFound);
  if (found.reason != optim::Reason::cost) throw Error(words("curse: no cell of the grid in %d dimensions was near enough", d));
  return static_cast<double>(found.evaluations);
}

/// "11 hours", of 10^exponent tries.
std::string time_for(double exponent) {
  struct Unit {
    const char* name;
    double seconds;
  };
  constexpr Unit units[] = {{"years", 3.156e7}, {"months", 2.63e6}, {"days", 86400}, {"hours", 3600}, {"minutes", 60}, {"seconds", 1}};
  const double log_seconds = exponent - std::log10(kTriesASecond);
  for (const Unit& unit : units)
    if (log_seconds >= std::log10(1.5 * unit.seconds))
      return plot::power_text(std::log10(std::round(std::pow(10, log_seconds) / unit.seconds))) + " " + unit.name;
  return "a second";
}

struct Rows {
  plot::Table table;
  plot::Curse bars;
};

Rows measured(const Options& options) {
  using plot::Align;
  const double rate = options.rate.value_or(0.2);
  Rows rows{.table = {.columns = {{"d", Align::right},
                                  {"random weights", Align::right},
                                  {"(run)", Align::right},
                                  {"grid weights", Align::right},
                                  {"(found after)", Align::right},
                                  {"descent", Align::right}}},
            .bars = {.title = "Evaluations until the weights are within 0.1 of the best",
                     .methods = {{"random weights"}, {"grid weights"}, {"gradient descent"}}}};
  for (const int d : {1, 2, 3, 5, 10, 20, 100, 1000}) {
    const bool tried = d <= kMostTried;
    const auto found = run(d, optim::sgd({.rate = rate}), options.steps.value_or(1000));
    const bool arrived = found.reason == optim::Reason::cost;
    const auto expected = descent_steps(d, rate);
    if (arrived && (!expected || std::abs(found.steps - *expected) > 1))
      throw Error(words("curse: descent took %td steps in %d dimensions, which is not what 1 - rate says", found.steps, d));
    rows.table.rows.push_back({plot::grouped(d), plot::power_text(random_tries(d)),
                               tried ? plot::number_text(random_tried(d, options.seed), 2) : "est.", plot::power_text(grid_tries(d)),
                               tried ? plot::number_text(grid_tried(d), 2) : "est.",
                               (arrived ? "" : "not in ") + plot::grouped(static_cast<double>(found.steps)) + " steps"});
    rows.bars.dimensions.push_back(d);
    const double exponents[] = {random_tries(d), grid_tries(d),
                                arrived ? std::log10(static_cast<double>(found.evaluations)) : std::nan("")};
    for (std::size_t i = 0; i < 3; ++i) {
      rows.bars.methods[i].exponents.push_back(exponents[i]);
      rows.bars.methods[i].estimated.push_back(i < 2 && !tried);
    }
  }
  return rows;
}

/// What the value with its gradient takes beside the value, in a sentence.
std::string price_of_gradient(Stage& stage) {
  plot::Table table{.columns = {{"d", plot::Align::right},
                                {"cost alone", plot::Align::right},
                                {"cost and d slopes", plot::Align::right},
                                {"ratio", plot::Align::right}}};
  std::string ratios;
  for (const std::size_t d : {1'000U, 10'000U}) {
    const CostReport report = cost_report(bowl, std::vector<double>(d, 0.5));
    table.rows.push_back({plot::grouped(static_cast<double>(d)), words("%.1f us", 1e6 * report.cost_seconds),
                          words("%.1f us", 1e6 * report.gradient_seconds), words("%.1f", report.ratio)});
    ratios += words(ratios.empty() ? "%.1f" : " and %.1f", report.ratio);
  }
  stage.show(table);
  return "A step is no cheat: cost and all slopes together took " + ratios +
         " times the cost alone (the cheap-gradient principle: counted in operations at most about 4 times, whatever d is).";
}

}  // namespace

plot::Section curse(const Options& options, Stage& stage) {
  stage.say(words(
      "The cost is ½ ‖w − w*‖² of d weights between −1 and 1; the target is to come within 0.1 of the best, w*. Tries at random, tries "
      "on a grid fine enough, and descent at rate %g:",
      options.rate.value_or(0.2)));
  const auto [table, bars] = measured(options);
  const plot::Figure figure = plot::evaluations_against_dimension(bars);
  stage.show(table);
  const std::string told = words(
      "Up to d = %d the searches are really run, the random ones several times for a mean. At 10⁸ tries a second, d = 10 would take "
      "%s at random and %s on the grid; d = 20 takes %s at random.",
      kMostTried, time_for(random_tries(10)).c_str(), time_for(grid_tries(10)).c_str(), time_for(random_tries(20)).c_str());
  stage.say(told);
  stage.show(figure, 24);
  const std::string price = price_of_gradient(stage);
  stage.say(price);
  return {.title = "The curse of dimensionality",
          .text =
              "Space grows with every dimension, so trying weights stops being possible at about ten of them. A slope points the way in "
              "all at once.",
          .exhibits = {{.figure = figure, .caption = told + " " + price, .table = table}}};
}

}  // namespace demo
