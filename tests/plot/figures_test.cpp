#include <descent/plot/figures.hpp>

#include <cmath>
#include <limits>

#include <descent/plot/contour.hpp>
#include <descent/plot/scene.hpp>
#include <descent/plot/svg.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/plot/xml.hpp>

using namespace descent::plot;
using Catch::Contains;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("figures: the cost curve shows points, arrows, and tangents that do not crowd") {
  CostCurve data = {.curve = sampled({-2, 4}, 30, [](double p) { return 0.5 * (p - 1) * (p - 1); })};
  double p = -2;
  for (int k = 0; k < 17; ++k, p -= 1.6 * (p - 1)) {
    data.steps.push_back({p, 0.5 * (p - 1) * (p - 1)});
    data.slopes.push_back(p - 1);
  }
  const Figure f = cost_curve(data);
  REQUIRE(f.dots.size() == 1);
  CHECK(f.dots[0].numbered);
  CHECK(f.dots[0].points.size() == 17);
  CHECK(f.arrows[0].points.size() == 17);
  REQUIRE(f.tangents.size() == 1);
  CHECK(f.tangents[0].slopes.size() < 10);
  for (const Slope& a : f.tangents[0].slopes)
    for (const Slope& b : f.tangents[0].slopes) CHECK((&a == &b || std::abs(a.at.x - b.at.x) > 0.5));
  CHECK_THAT(f.summary, Contains("16 iterations"));
}

TEST_CASE("figures: the cost curve needs a slope for each iteration, or none") {
  CHECK_THROWS_WITH(cost_curve({.steps = {{0, 1}, {1, 2}}, .slopes = {1}}), "cost_curve: 1 slopes for 2 iterations; give one for each");
  CHECK(cost_curve({.curve = {{0, 0}, {1, 1}}}).tangents.empty());
}

TEST_CASE("figures: in the ladder an exact cost leaves below and a divergence above") {
  const Figure f =
      rates_ladder({.runs = {{1.0, {4.5, 0, 0}, "1 step"}, {2.1, {4.5, 9, kInf}, "diverges"}, {0.1, {4.5, 4, 3}, ""}}, .tolerance = 1e-6});
  REQUIRE(f.lines.size() == 3);
  CHECK(f.lines[0].label == "1: 1 step");
  CHECK(f.lines[2].label == "0.1");
  const Scene scene = staged(f);
  CHECK(scene.figure.remarks.empty());
  CHECK(scene.at(f.lines[0].points[1]).y < 0);
  CHECK(scene.at(f.lines[1].points[2]).y > 1);
  CHECK(scene.y.range().low == Approx(1e-7));
  CHECK(scene.y.range().high == Approx(4.5e3));
}

TEST_CASE("figures: the ladder's mistakes") {
  CHECK_THROWS_WITH(rates_ladder({}), "rates_ladder: no runs; give it at least one");
  CHECK_THROWS_WITH(rates_ladder({.runs = {{}}, .tolerance = 0}),
                    "rates_ladder: the tolerance is 0; it must be above 0 to lie on a log axis");
  CHECK_NOTHROW(to_svg(rates_ladder({.runs = {{0.1, {}, ""}, {0.2, {kNan}, ""}}})));  // nothing to see, but no fault
}

TEST_CASE("figures: contour paths keep to the map") {
  const Grid grid =
      sampled({-2, 2}, {-1, 3}, 30, 30, [](double x, double y) { return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x); });
  const Figure f = contour_paths({.grid = grid, .paths = {{"a", {{-1, 1}, {50, 50}}}, {"b", {{1, 1}}}}, .minimum = Point{1, 1}});
  CHECK(f.x.range->high == 2);
  CHECK(f.paths[0].tone != f.paths[1].tone);
  CHECK(f.dots[0].marker == Marker::cross);
  CHECK(f.contours[0].levels.size() == 12);
  CHECK(descent::test::xml_fault(to_svg(f)) == "");
}

TEST_CASE("figures: taking the root of a map moves no line of it") {
  const auto bowl = [](double x, double y) { return x * x + 3 * y * y + 5; };  // the least value, 5, lies on the grid
  const Grid grid = sampled({-2, 2}, {-2, 2}, 41, 41, bowl);
  const Contours map = contour_paths({.grid = grid}).contours[0];
  const double wanted = levels(grid, Spacing::log)[9];
  for (const auto& ring : rings(map.grid, map.levels[9]))
    for (const Point p : ring)
      if (std::abs(p.x) < 2 && std::abs(p.y) < 2) CHECK(bowl(p.x, p.y) == Approx(wanted).epsilon(0.02));
}

TEST_CASE("figures: loss curves mark the lowest validation loss, whatever else is NaN") {
  const Figure f = loss_curves({.training = {3, 2, 1}, .validation = {kNan, 2.5, 2.75}});
  REQUIRE(f.dots.size() == 1);
  CHECK(f.dots[0].points[0].x == 2);
  CHECK(f.notes[0].text == "lowest 2.5");
  CHECK(loss_curves({.training = {1}}).dots.empty());
  CHECK(loss_curves({.training = {1}, .validation = {kNan}}).dots.empty());
}

TEST_CASE("figures: evaluations take the axis that their size needs") {
  Curse data = {.dimensions = {1, 5}, .methods = {{"grid", {1, 6.8}, {}}}};
  CHECK(evaluations_against_dimension(data).x.scale == Scale::exponent);
  CHECK(evaluations_against_dimension(data).remarks.empty());
  data = {.dimensions = {1, 1000}, .methods = {{"grid", {1, 2501}, {false, true}}, {"descent", {1.04, 1.4}, {}}}};
  const Figure f = evaluations_against_dimension(data);
  CHECK(f.x.scale == Scale::double_log);
  CHECK(f.bars[0].texts == std::vector<std::string>{"10", "10²⁵⁰¹"});
  CHECK(f.remarks == std::vector<std::string>{"Pale bars are estimates: nobody could run them."});
  data.methods[1].exponents.pop_back();
  CHECK_THROWS_WITH(evaluations_against_dimension(data),
                    "evaluations_against_dimension: 1 numbers of descent for 2 dimensions; give one for each");
}

TEST_CASE("figures: the confusion matrix shades shares and writes counts") {
  const Figure f = confusion({.classes = {"a", "b"}, .counts = {9, 0, 4, 12}});
  CHECK(f.cells[0].texts == std::vector<std::string>{"9", "", "4", "12"});
  CHECK(f.cells[0].grid.values[0] == 1);
  CHECK(f.cells[0].grid.values[2] == 0.5);  // the root of a quarter
  CHECK_THROWS_WITH(confusion({.classes = {"a", "b"}, .counts = {1}}), "confusion: 1 counts for 4 pairs of classes; give one for each");
  CHECK_NOTHROW(to_svg(confusion({.classes = {"a"}, .counts = {0}})));
}

TEST_CASE("figures: a decision map gives samples the colour of their class and a mark of their own") {
  const Figure f = decision_map({.classes = {.columns = 1, .rows = 1, .values = {1}}, .samples = {{"a", {{0, 0}}}, {"b", {{1, 1}}}}});
  CHECK(f.dots[0].tone == Tone::blue);
  CHECK(f.dots[1].tone == Tone::orange);
  CHECK(f.dots[0].marker != f.dots[1].marker);
}
