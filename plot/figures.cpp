#include <descent/plot/figures.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/plot/contour.hpp>
#include <descent/plot/text.hpp>
#include <descent/plot/track.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr double kTangentRoom = 0.1;  // of the curve's width between two tangents
constexpr double kLogLimit = 40;      // exponents beyond need the doubly logarithmic axis
constexpr double kBelowTolerance = 0.1;
constexpr double kAboveStart = 1e3;

/// Tangents at the iterations that are not too close to an earlier one.
std::vector<Slope> spaced_slopes(const CostCurve& data) {
  double low = data.steps.empty() ? 0 : data.steps[0].x;
  double high = low;
  for (const std::vector<Point>* points : {&data.curve, &data.steps})
    for (const Point p : *points)
      if (std::isfinite(p.x)) low = std::min(low, p.x), high = std::max(high, p.x);
  std::vector<Slope> kept;
  for (std::size_t i = 0; i < data.slopes.size(); ++i) {
    const Point at = data.steps[i];
    const auto near = [&](const Slope& s) { return std::abs(s.at.x - at.x) < kTangentRoom * (high - low); };
    if (std::none_of(kept.begin(), kept.end(), near)) kept.push_back({at, data.slopes[i]});
  }
  return kept;
}

std::vector<Point> numbered(const std::vector<double>& values, double first) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < values.size(); ++i) points.push_back({first + static_cast<double>(i), values[i]});
  return points;
}

/// As if continued beyond the frame: a cost of 0 far below it, one that overflowed far above it.
std::vector<Point> beyond_the_frame(const std::vector<double>& costs, Range frame) {
  std::vector<Point> points = numbered(costs, 0);
  for (Point& p : points) {
    if (p.y >= 0 && p.y < frame.low * 1e-3) p.y = frame.low * 1e-3;
    if (p.y > frame.high * 1e3) p.y = frame.high * 1e3;
  }
  return points;
}

/// From under the tolerance to over the largest start, or only to the largest cost when nothing climbs that far.
Range cost_frame(const RatesLadder& data) {
  double start = 0;
  double largest = 0;
  for (const RateRun& run : data.runs) {
    if (!run.costs.empty() && std::isfinite(run.costs[0])) start = std::max(start, run.costs[0]);
    for (const double cost : run.costs) largest = std::max(largest, std::isnan(cost) ? 0 : cost);
  }
  const double low = data.tolerance * kBelowTolerance;
  return {low, std::max(std::min(start * kAboveStart, 1.5 * largest), 100 * low)};
}

std::size_t most_steps(const RatesLadder& data) {
  std::size_t most = 2;
  for (const RateRun& run : data.runs) most = std::max(most, run.costs.size());
  return most;
}

template <class Values> void check_count(const char* who, std::string_view what, const Values& got, std::size_t wanted, const char* of) {
  if (got.size() != wanted) throw ValueError(fmt::format("{}: {} {} for {} {}; give one for each", who, got.size(), what, wanted, of));
}

double largest_exponent(const Curse& data) {
  double largest = 0;
  for (const Evaluations& method : data.methods)
    for (const double e : method.exponents)
      if (std::isfinite(e)) largest = std::max(largest, e);
  return largest;
}

/// Log-spaced levels, found on the root of the height above the least value: the lines are the same, and between two points of the
/// grid the root of a cost is nearer to a straight line.
Contours valley(Grid grid) {
  std::vector<double> heights = levels(grid, Spacing::log);
  double least = std::numeric_limits<double>::infinity();
  for (const double v : grid.values) least = drawable(v) ? std::min(least, v) : least;
  for (std::vector<double>* numbers : {&grid.values, &heights})
    for (double& v : *numbers) v = drawable(v) ? std::sqrt(std::max(v - least, 0.0)) : v;
  return {.grid = std::move(grid), .levels = std::move(heights)};
}

Bars bars_of(const Evaluations& method) {
  Bars bars = {.values = method.exponents, .label = method.name, .texts = {}, .pale = method.estimated};
  for (const double e : method.exponents) bars.texts.push_back(std::isnan(e) ? "" : power_text(e));
  return bars;
}

}  // namespace

Figure cost_curve(const CostCurve& data) {
  if (!data.slopes.empty()) check_count("cost_curve", "slopes", data.slopes, data.steps.size(), "iterations");
  Figure figure = {.title = data.title, .x = {.label = data.variable}, .y = {.label = "cost"}};
  if (!data.steps.empty())
    figure.summary = fmt::format("{} iterations from {} {} to {}, where the cost is {}.", data.steps.size() - 1, data.variable,
                                 number_text(data.steps.front().x), number_text(data.steps.back().x), number_text(data.steps.back().y));
  figure.lines = {{.points = data.curve, .label = "cost", .tone = Tone::blue}};
  figure.arrows = {{.points = data.steps}};
  if (!data.slopes.empty()) figure.tangents = {{.slopes = spaced_slopes(data), .label = "slope", .tone = Tone::green}};
  figure.dots = {{.points = data.steps, .label = "iterations, numbered", .tone = Tone::orange, .numbered = true}};
  return figure;
}

Figure rates_ladder(const RatesLadder& data) {
  if (data.runs.empty()) throw ValueError("rates_ladder: no runs; give it at least one");
  if (!(data.tolerance > 0))
    throw ValueError(fmt::format("rates_ladder: the tolerance is {}; it must be above 0 to lie on a log axis", data.tolerance));
  const Range frame = cost_frame(data);
  Figure figure = {.title = data.title,
                   .x = {.label = "step", .range = Range{0, static_cast<double>(most_steps(data) - 1)}},
                   .y = {.label = "cost", .scale = Scale::log, .range = frame}};
  figure.rules = {{.along = Along::horizontal, .at = data.tolerance, .text = "reached"}};
  for (const RateRun& run : data.runs) {
    const std::string rate = number_text(run.rate);
    figure.lines.push_back(
        {.points = beyond_the_frame(run.costs, frame), .label = run.verdict.empty() ? rate : fmt::format("{}: {}", rate, run.verdict)});
  }
  return figure;
}

Figure contour_paths(const ContourPaths& data) {
  Figure figure = {.title = data.title, .x = {.label = data.x}, .y = {.label = data.y}};
  figure.x.range = data.grid.x;  // a path that leaves the map is cut at its edge
  figure.y.range = data.grid.y;
  figure.contours = {data.log_levels ? valley(data.grid) : Contours{.grid = data.grid, .levels = levels(data.grid, Spacing::linear)}};
  constexpr Tone tones[] = {Tone::orange, Tone::green, Tone::purple, Tone::amber, Tone::ink};  // not the blue of the map
  for (std::size_t i = 0; i < data.paths.size(); ++i)
    figure.paths.push_back({.points = data.paths[i].points, .label = data.paths[i].name, .tone = tones[i % std::size(tones)]});
  if (data.minimum) figure.dots = {{.points = {*data.minimum}, .label = "minimum", .tone = Tone::ink, .marker = Marker::cross}};
  figure.aspect = 0.66;
  return figure;
}

Figure loss_curves(const LossCurves& data) {
  Figure figure = {.title = data.title, .x = {.label = data.x}, .y = {.label = data.y, .scale = data.scale}};
  figure.lines = {{.points = numbered(data.training, data.first), .label = "training", .tone = Tone::blue}};
  if (data.validation.empty()) return figure;
  const std::vector<Point> points = numbered(data.validation, data.first);
  figure.lines.push_back({.points = points, .label = "validation", .tone = Tone::orange});
  const auto better = [](Point a, Point b) { return a.y < b.y || (std::isnan(b.y) && !std::isnan(a.y)); };
  const Point best = *std::min_element(points.begin(), points.end(), better);
  if (!std::isfinite(best.y)) return figure;
  figure.dots = {{.points = {best}, .tone = Tone::orange}};
  figure.notes = {{.at = best, .text = "lowest " + number_text(best.y)}};
  return figure;
}

Figure evaluations_against_dimension(const Curse& data) {
  const bool far = largest_exponent(data) > kLogLimit;
  Figure figure = {.title = data.title,
                   .x = {.label = far ? "evaluations of the cost (doubly logarithmic)" : "evaluations of the cost (logarithmic)",
                         .scale = far ? Scale::double_log : Scale::exponent},
                   .y = {.label = "dimensions"}};
  for (const int d : data.dimensions) figure.y.categories.push_back(grouped(d));
  bool any_estimate = false;
  for (const Evaluations& method : data.methods) {
    check_count("evaluations_against_dimension", "numbers of " + method.name, method.exponents, data.dimensions.size(), "dimensions");
    figure.bars.push_back(bars_of(method));
    any_estimate |= std::find(method.estimated.begin(), method.estimated.end(), true) != method.estimated.end();
  }
  if (any_estimate) figure.remarks = {"Pale bars are estimates: nobody could run them."};
  figure.aspect = std::clamp(0.028 * static_cast<double>(data.methods.size() * data.dimensions.size()), 0.2, 4.0);
  return figure;
}

Figure confusion(const Confusion& data) {
  const std::size_t n = data.classes.size();
  check_count("confusion", "counts", data.counts, n * n, "pairs of classes");
  Cells cells = {.grid = {.x = {-0.5, static_cast<double>(n) - 0.5}, .y = {-0.5, static_cast<double>(n) - 0.5}}};
  cells.grid.columns = cells.grid.rows = static_cast<int>(n);
  for (std::size_t row = 0; row < n; ++row) {
    const long long* counts = data.counts.data() + row * n;
    double all = 0;
    for (std::size_t column = 0; column < n; ++column) all += static_cast<double>(counts[column]);
    for (std::size_t column = 0; column < n; ++column) {
      cells.grid.values.push_back(all > 0 ? std::sqrt(static_cast<double>(counts[column]) / all) : 0);  // so that rare mistakes show
      cells.texts.push_back(counts[column] == 0 ? "" : grouped(static_cast<double>(counts[column])));
    }
  }
  Figure figure = {
      .title = data.title, .x = {.label = "predicted", .categories = data.classes}, .y = {.label = "true", .categories = data.classes}};
  figure.cells = {std::move(cells)};
  figure.aspect = 0.6;
  return figure;
}

Figure decision_map(const DecisionMap& data) {
  Figure figure = {.title = data.title, .x = {.range = data.classes.x}, .y = {.range = data.classes.y}};
  figure.cells = {{.grid = data.classes, .shade = Shade::classes}};
  for (std::size_t i = 0; i < data.samples.size(); ++i) {
    constexpr int kTones = static_cast<int>(Tone::sky) - static_cast<int>(Tone::blue) + 1;
    const Tone tone = static_cast<Tone>(static_cast<int>(Tone::blue) + static_cast<int>(i) % kTones);
    constexpr Marker markers[] = {Marker::disc, Marker::ring, Marker::cross};
    figure.dots.push_back({.points = data.samples[i].points, .label = data.samples[i].name, .tone = tone, .marker = markers[i % 3]});
  }
  figure.aspect = 0.7;
  return figure;
}

}  // namespace descent::inline v1::plot
