// Why not simply try weights until the cost is small? Because space is large: with each dimension the tries multiply, while descent
// needs a few steps more. The cost is 1/2 |w - best|^2 on the cube [-1, 1]^d; a try counts when it lies within 0.1 of the best weights.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <vector>

#include <descent/descent.hpp>
#include <descent/plot/table.hpp>

using namespace descent;

namespace {

constexpr double kNear = 0.1;
constexpr int kMostTried = 3;  // dimensions in which brute force is really run
constexpr int kRuns = 50;      // random searches, to take the mean of

Tensor cost(const Tensor& w) { return 0.5 * sum(square(w - 0.5)); }

// log10 of the volume of the cube over that of the ball: how many random tries it takes on average.
double random_tries(int d) {
  return (d * std::log(2 / kNear) - 0.5 * d * std::log(std::numbers::pi) + std::lgamma(0.5 * d + 1)) / std::numbers::ln10;
}

// Cells so small that the centre of the right one is near enough: half its diagonal is sqrt(d) / n.
Index cells(int d) { return static_cast<Index>(std::ceil(std::sqrt(d) / kNear)); }
double grid_tries(int d) { return d * std::log10(cells(d)); }

// From -0.5 in every coordinate, the distance sqrt(d) shrinks by a fifth with each step.
Index descent_steps(int d) { return static_cast<Index>(std::ceil(std::log(std::sqrt(d) / kNear) / std::log(1 / 0.8))); }

optim::Minimum<std::vector<double>> run(int d, const optim::Method& method) {
  const std::vector<double> start(static_cast<std::size_t>(d), -0.5);
  return optim::minimize(cost, start, method, {.steps = 1'000'000, .cost = 0.5 * kNear * kNear});
}

double random_tried(int d) {
  Index total = 0;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) total += run(d, optim::random_search({.seed = seed})).evaluations;
  return static_cast<double>(total) / kRuns;
}

double grid_tried(int d) {
  const double half = 1 / static_cast<double>(cells(d));
  return static_cast<double>(run(d, optim::grid_search({.low = half - 1, .high = 1 - half, .points = cells(d)})).evaluations);
}

}  // namespace

int main() {
  using plot::Align;
  plot::Table table{.columns = {{"d", Align::right},
                                {"random: expected", Align::right},
                                {"tried", Align::right},
                                {"grid: all", Align::right},
                                {"tried", Align::right},
                                {"descent, rate 0.2", Align::right}}};
  bool as_expected = true;
  for (const int d : {1, 2, 3, 10, 100, 1000}) {
    const Index steps = run(d, optim::sgd({.rate = 0.2})).steps;
    as_expected &= steps == descent_steps(d);
    std::string random = "-", grid = "-";
    if (d <= kMostTried) {
      const double mean = random_tried(d);
      random = plot::number_text(std::round(mean));
      grid = plot::grouped(grid_tried(d));
      // The number of random tries scatters by as much as its mean, so a mean of 50 by a seventh of it.
      as_expected &= std::abs(mean / std::pow(10, random_tries(d)) - 1) < 4 / std::sqrt(kRuns);
    }
    table.rows.push_back({plot::grouped(d), plot::power_text(random_tries(d)), random, plot::power_text(grid_tries(d)), grid,
                          plot::grouped(static_cast<double>(steps)) + " steps"});
  }
  std::fputs(to_text(table).c_str(), stdout);

  if (as_expected) return 0;
  std::fputs("curse_of_dimensionality: a search took another number of tries than the volumes say\n", stderr);
  return 1;
}
