// A cost is any function of your own, of an argument of your own; its gradient comes back in the argument's type. Here a straight line is
// fitted to points of which every tenth is badly wrong, and the choice of the cost decides whether that matters.

#include <cmath>
#include <cstdio>
#include <vector>

#include <descent/data/generate.hpp>
#include <descent/descent.hpp>

using namespace descent;

namespace {

struct Line {
  Tensor slope, intercept;

  Tensor operator()(const Tensor& x) const { return slope * x + intercept; }
};

// Points on y = 2 x + 1 with a little noise; one in ten is 20 too high.
data::Dataset points_with_outliers() {
  data::Dataset points = data::line({.rows = 200, .slope = 2, .intercept = 1, .noise = 0.1});
  const Tensor outlier = reshape(remainder(arange(200), 10) == 0, {200, 1});
  points.targets = points.targets + where(outlier, 20.0, 0.0);
  return points;
}

template <class Cost> Line fitted(Cost cost) {
  const Line start{scalar(0.0), scalar(0.0)};
  return optim::minimize(cost, start, optim::adam({.rate = optim::exponential(0.3, 0.995)}), {.steps = 1500}).point;
}

double away_from_truth(const Line& line) { return std::hypot(line.slope.item<double>() - 2, line.intercept.item<double>() - 1); }

}  // namespace

int main() {
  const auto [x, y, unused] = points_with_outliers();

  // The gradient of a cost of a Line is a Line.
  const auto squared = [&](const Line& line) { return mean(square(line(x) - y)); };
  const Line uphill = grad(squared)(Line{scalar(0.0), scalar(0.0)});
  std::printf("at y = 0 the squared error wants slope %+.2f and intercept %+.2f\n\n", -uphill.slope.item<double>(),
              -uphill.intercept.item<double>());

  const Line by_squares = fitted(squared);
  const Line by_distance = fitted([&](const Line& line) { return nn::mae(line(x), y); });
  const Line by_huber = fitted([&](const Line& line) { return nn::huber(line(x), y, 0.5); });
  // A cost of one's own: to be too low costs three times as much as to be too high, so three points in four come to lie below.
  const Line upper = fitted([&](const Line& line) {
    const Tensor missing = y - line(x);
    return mean(where(missing > 0, 3.0 * missing, -missing));
  });

  struct Row {
    const char* cost;
    const Line& line;
  };
  for (const auto& [cost, line] :
       {Row{"mean squared error", by_squares}, {"mean absolute error", by_distance}, {"Huber, 0.5", by_huber}, {"three to one", upper}})
    std::printf("%-20s y = %.2f x + %.2f\n", cost, line.slope.item<double>(), line.intercept.item<double>());
  std::puts("truth                y = 2.00 x + 1.00, every tenth point 20 too high");

  const double below = mean(y <= upper(x)).item<double>();
  if (away_from_truth(by_squares) > 1 && away_from_truth(by_distance) < 0.1 && away_from_truth(by_huber) < 0.1 &&
      std::abs(below - 0.75) < 0.02)
    return 0;
  std::fprintf(stderr, "custom_cost: a fit is not where its cost puts it (%.3f of the points lie under the last)\n", below);
  return 1;
}
