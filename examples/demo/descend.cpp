// Scene 1. One prediction, its cost, and a descent whose slope comes from the tape; then a cost with two minima.

#include <algorithm>
#include <cmath>

#include <descent/descent.hpp>
#include <descent/examples/demo/scenes.hpp>
#include <descent/examples/demo/tutorial.hpp>
#include <descent/plot/contour.hpp>
#include <descent/plot/trace.hpp>

namespace demo {

using namespace descent;

namespace {

constexpr std::size_t kShown = 7;      // rows in the terminal before the last
constexpr std::size_t kPictured = 10;  // iterations in a picture where more would hide it

Tensor two_valleys(const Tensor& p) { return square(square(p) - 1.0) + 0.3 * p; }

using Found = optim::Minimum<double>;

/// What the slope says, in the words of the tutorial.
std::string advice(const optim::Trace& trace, std::size_t step) {
  const double slope = trace.iterations[step].slope[0];
  if (std::abs(slope) < flat) return "reached: |slope| < 0.001";
  std::string text = slope < 0 ? "increase  → right" : "decrease  ← left ";
  if (step > 0 && slope * trace.iterations[step - 1].slope[0] < 0) text += step == 1 ? "   (overshot the minimum)" : "   (overshot again)";
  return text;
}

std::string signed_text(double x) { return typeset(std::abs(x) < 1e5 ? words("%+.4f", x) : words("%+.3g", x)); }
std::string cost_text(double x) { return x >= 1e-3 && x < 1e5 ? words("%.4f", x) : plot::number_text(x, 1); }

plot::Table table_of(const optim::Trace& trace) {
  using plot::Align;
  plot::Table table{.columns = {{"step", Align::right},
                                {"prediction", Align::right},
                                {"cost", Align::right},
                                {"slope", Align::right},
                                {"so the prediction must"}}};
  for (std::size_t i = 0; i < trace.iterations.size(); ++i) {
    const optim::Iteration& at = trace.iterations[i];
    table.rows.push_back(
        {std::to_string(at.step), signed_text(at.point[0]), cost_text(at.cost), signed_text(at.slope[0]), advice(trace, i)});
  }
  return table;
}

/// The first rows and the last, for a terminal.
plot::Table shortened(plot::Table table) {
  if (table.rows.size() <= kShown + 2) return table;
  table.rows.erase(table.rows.begin() + kShown, table.rows.end() - 1);
  table.rows.insert(table.rows.end() - 1, {"...", "", "", "", ""});
  return table;
}

/// The error is p - 1 and so is the slope: each step multiplies the error by 1 - rate. The largest difference from that, beside the
/// largest error so far where that is over 1.
double away_from_closed_form(const optim::Trace& trace, double start, double rate) {
  double worst = 0, scale = 1;
  double error = start - minimum;
  for (const optim::Iteration& at : trace.iterations) {
    scale = std::max(scale, std::abs(error));
    worst = std::max(worst, std::abs(at.point[0] - minimum - error) / scale);
    error *= 1 - rate;
  }
  return worst;
}

plot::Figure figure_of(const Found& found) {
  optim::Trace trace = found.trace;
  if (found.reason != optim::Reason::slope && trace.iterations.size() > kPictured) trace.iterations.resize(kPictured);
  double reach = 1;  // the curve goes a little farther than the steps, to both sides alike
  for (const optim::Iteration& at : trace.iterations) reach = std::max(reach, 1.15 * std::abs(at.point[0] - minimum));
  const auto curve = plot::sampled({minimum - reach, minimum + reach}, 200, [](double p) { return 0.5 * (p - minimum) * (p - minimum); });
  return plot::cost_curve(plot::curve_of(trace, curve));
}

std::string outcome(const Found& found) {
  if (found.reason == optim::Reason::slope) return words("Reached in %td steps.", found.steps);
  const bool farther = found.cost > found.trace.iterations.front().cost * (1 + 1e-9);
  return words("Not reached in %td steps%s; try --rate 0.5.", found.steps, farther ? ": each step leads farther away" : "");
}

plot::Exhibit one_minimum(const Options& options, Stage& stage) {
  const double start = options.start.value_or(-2);
  const double rate = options.rate.value_or(1.6);
  stage.say(
      words("The model predicts p = %s; being wrong costs C(p) = ½ (p − 1)². The slope of the cost, from the tape, says where p must go; "
            "a step is the rate, %g, times the slope.",
            plot::number_text(start).c_str(), rate));
  const Found found = optim::minimize(cost_of, start, optim::sgd({.rate = rate}), {.steps = options.steps.value_or(100), .slope = flat});
  const plot::Table table = table_of(found.trace);
  const plot::Figure figure = figure_of(found);
  stage.show(shortened(table));
  stage.show(figure, 14);

  const double away = away_from_closed_form(found.trace, start, rate);
  const std::string closed =
      words("By hand, the error after k steps is the first one times (%s)^k; the largest difference from that is %s.",
            plot::number_text(1 - rate).c_str(), plot::number_text(away, 1).c_str());
  stage.say(outcome(found) + " " + closed);
  if (!(away < 1e-9)) throw Error(words("descend: the steps differ by %g from the closed form", away));
  return {.figure = figure,
          .caption = words("Start %s, learning rate %g. ", plot::number_text(start).c_str(), rate) + outcome(found) + " " + closed,
          .table = table};
}

/// The first steps and the last: those between lie on top of each other.
std::vector<plot::Point> steps_of(const Found& found) {
  std::vector<plot::Point> steps = plot::curve_of(found.trace, {}).steps;
  if (steps.size() > kPictured) steps.erase(steps.begin() + kPictured, steps.end() - 1);
  return steps;
}

plot::Exhibit two_minima(Stage& stage) {
  const auto from = [](double start) { return optim::minimize(two_valleys, start, optim::sgd({.rate = 0.02}), {.slope = 1e-6}); };
  const Found left = from(-1.6), right = from(1.6);
  plot::Figure figure{.title = "Two minima: the start decides", .x = {.label = "prediction"}, .y = {.label = "cost"}};
  figure.summary = "A cost with two valleys; each descent ends in the one it starts in.";
  const auto curve = plot::sampled({-1.7, 1.7}, 200, [](double p) { return (p * p - 1) * (p * p - 1) + 0.3 * p; });
  figure.lines = {{.points = curve, .label = "cost", .tone = plot::Tone::blue}};
  figure.dots = {{.points = steps_of(left), .label = "from −1.6", .tone = plot::Tone::orange},
                 {.points = steps_of(right), .label = "from +1.6", .tone = plot::Tone::green, .marker = plot::Marker::ring}};
  const std::string told =
      typeset(words("C(p) = (p² − 1)² + 0.3 p has two minima. From −1.6 the descent ends at p = %.3f (cost %.3f, %td steps), "
                    "from +1.6 at p = %.3f (cost %.3f, %td steps): a slope knows only its own valley.",
                    left.point, left.cost, left.steps, right.point, right.cost, right.steps));
  stage.show(figure, 12);
  stage.say(told);
  if (!(std::abs(left.point + 1.0356) < 1e-3 && std::abs(right.point - 0.9601) < 1e-3))
    throw Error(words("descend: the minima were found at %g and %g, not at -1.0356 and 0.9601", left.point, right.point));
  return {.figure = figure, .caption = told};
}

}  // namespace

plot::Section descend(const Options& options, Stage& stage) {
  plot::Section section{.title = "Descend",
                        .text = "The slope of the cost says which way the prediction must go, and the learning rate how far."};
  section.exhibits.push_back(one_minimum(options, stage));
  section.exhibits.push_back(two_minima(stage));
  return section;
}

}  // namespace demo
