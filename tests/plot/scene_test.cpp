#include <descent/plot/scene.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/base/error.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::plot;
using Catch::Contains;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

Figure line(std::vector<Point> points) { return {.title = "f", .lines = {{.points = std::move(points)}}}; }

std::string fault(Figure figure) {
  try {
    staged(std::move(figure));
  } catch (const ValueError& error) { return error.sentence(); }
  return {};
}

}  // namespace

TEST_CASE("scene: every mistake in a figure has its sentence") {
  CHECK(fault({.title = "loss"}) ==
        "plot: figure \"loss\": it has no marks; give it at least one line, dot, bar, contour, cell, rule or note");

  Figure f = line({{0, 1}});
  f.aspect = 0;
  CHECK(fault(f) == "plot: figure \"f\": aspect is 0; it must lie in (0, 10]");

  f = line({{0, 1}});
  f.x.range = Range{2, 2};
  CHECK(fault(f) == "plot: figure \"f\": the range 2 to 2 of the x axis is empty; its low end must be less than its high end");
  f.x.range = Range{0, kNan};
  CHECK(fault(f) == "plot: figure \"f\": the range 0 to nan of the x axis cannot be shown on its scale");
  f.x.range = {};
  f.y = {.scale = Scale::log, .range = Range{0, 1}};
  CHECK(fault(f) == "plot: figure \"f\": the range 0 to 1 of the y axis cannot be shown on its scale; a log axis needs numbers above 0");

  CHECK(fault({.title = "b", .bars = {{.values = {1}}}}) == "plot: figure \"b\": bars need the names of their categories in y.categories");
  CHECK(fault({.title = "b", .y = {.scale = Scale::log, .categories = {"a"}}, .rules = {{}}}) ==
        "plot: figure \"b\": the y axis has categories and a scale; their places 0, 1, 2, ... need the linear one");
  const Axis two = {.categories = {"a", "b"}};
  CHECK(fault({.title = "b", .y = two, .bars = {{.values = {1}}}}) == "plot: figure \"b\": 1 bars for 2 categories; give one for each");
  CHECK(fault({.title = "b", .y = two, .bars = {{.values = {1, 2}, .texts = {"x"}}}}) ==
        "plot: figure \"b\": 1 texts for 2 bars; give one for each");
  CHECK(fault({.title = "b", .y = two, .bars = {{.values = {1, 2}, .pale = {true}}}}) ==
        "plot: figure \"b\": 1 flags in `pale` for 2 bars; give one for each");

  Grid grid = {.columns = 2, .rows = 2, .values = {1, 2, 3}};
  CHECK(fault({.title = "g", .cells = {{.grid = grid}}}) == "plot: figure \"g\": 3 values for a grid of 2 columns and 2 rows; it needs 4");
  grid = {.columns = 1, .rows = 2, .values = {1, 2}};
  CHECK(fault({.title = "g", .contours = {{.grid = grid}}}) ==
        "plot: figure \"g\": a grid of 1 columns and 2 rows; it needs at least 2 of each");
  grid = {.x = {1, 0}, .columns = 1, .rows = 1, .values = {1}};
  CHECK(fault({.title = "g", .cells = {{.grid = grid}}}) ==
        "plot: figure \"g\": a grid whose x runs from 1 to 0; its low end must be less than its high end");
  grid = {.columns = 1, .rows = 1, .values = {1}};
  CHECK(fault({.title = "g", .cells = {{.grid = grid, .texts = {"a", "b"}}}}) ==
        "plot: figure \"g\": 2 texts for 1 cells; give one for each");
  grid = {.columns = 2, .rows = 2, .values = {1, 2, 3, 4}};
  CHECK(fault({.title = "g", .contours = {{.grid = grid, .levels = {2, 1}}}}) ==
        "plot: figure \"g\": the levels of its contours do not ascend; sort them");
}

TEST_CASE("scene: what cannot be drawn is left out and counted") {
  Figure f = {.y = {.scale = Scale::log}, .lines = {{.points = {{0, 1}, {1, kNan}, {2, 0}, {3, kInf}, {4, 2}}, .label = "loss"}, {}}};
  const Scene scene = staged(f);
  CHECK(scene.figure.remarks == std::vector<std::string>{"“loss”: 2 of 5 points are not finite and left out.",
                                                         "“loss”: 1 of 5 points is not positive and cannot be shown on a log axis.",
                                                         "A line: no points."});
  CHECK(placed(scene, f.lines[0].points).size() == 2);
}

TEST_CASE("scene: nothing finite at all is an empty figure, not an error") {
  const Scene scene = staged(line({{kNan, kNan}, {kInf, 0}}));
  CHECK(scene.x.range().low == 0);
  CHECK(scene.x.range().high == 1);
  CHECK(strokes(scene, scene.figure.lines[0].points).empty());
}

TEST_CASE("scene: a single point and a constant curve get room around them") {
  const Scene one = staged(line({{3, 10}}));
  CHECK(one.at({3, 10}).x == Approx(0.5));
  CHECK(one.at({3, 10}).y == Approx(0.5));
  const Scene zero = staged(line({{0, 0}, {1, 0}}));
  CHECK(zero.at({0, 0}).y == Approx(0.5));
  Figure f = line({{1, 5}});
  f.y.scale = Scale::log;
  CHECK(staged(f).at({1, 5}).y == Approx(0.5));
}

TEST_CASE("scene: a log axis reaches from the smallest to the largest numbers") {
  Figure f = line({{0, 5e-324}, {1, 1e280}});
  f.y.scale = Scale::log;
  const Scene scene = staged(f);
  CHECK(scene.at({0, 5e-324}).y >= 0);
  CHECK(scene.at({1, 1e280}).y == Approx(1).epsilon(0.02));
}

TEST_CASE("scene: a margin does not leave the numbers there are") {
  const Scene scene = staged(line({{0, -1e300}, {1, 1e300}}));
  CHECK(scene.at({0, -1e300}).y == 0);
  CHECK(scene.at({1, 1e300}).y == 1);
}

TEST_CASE("scene: a curve lies inside the axes with a margin, a grid fills them") {
  const Scene curve = staged(line({{0, -1}, {4, 7}}));
  CHECK(curve.at({0, -1}).y > 0);
  CHECK(curve.at({4, 7}).y < 1);
  const Scene map = staged({.cells = {{.grid = {.x = {2, 4}, .y = {0, 8}, .columns = 1, .rows = 1, .values = {1}}}}});
  CHECK(map.at({2, 8}).x == 0);
  CHECK(map.at({2, 8}).y == 1);
}

TEST_CASE("scene: bars begin at 0, on a log axis at a power of ten; the first category is at the top") {
  const Axis names = {.categories = {"a", "b"}};
  CHECK(staged({.y = names, .bars = {{.values = {3, 4}}}}).x.at(0) == 0);
  CHECK(staged({.y = names, .bars = {{.values = {-3, -4}}}}).x.at(0) == 1);
  CHECK(staged({.x = {.scale = Scale::log}, .y = names, .bars = {{.values = {30, 400}}}}).x.range().low == Approx(10));
  const Scene scene = staged({.y = names, .bars = {{.values = {3, kNan}}}});
  CHECK(scene.y.at(0) == 0.75);
  CHECK(scene.y.at(1) == 0.25);
  CHECK(scene.figure.remarks.empty());  // no bar is no fault
}

TEST_CASE("scene: colours go to marks that asked for none, each once, before they repeat dashed") {
  Figure f;
  f.lines.push_back({.points = {{0, 0}}, .tone = Tone::blue});
  for (int i = 0; i < 6; ++i) f.lines.push_back({.points = {{0, 0}}});
  const Scene scene = staged(f);
  CHECK(scene.figure.lines[1].tone == Tone::orange);
  CHECK(scene.figure.lines[5].tone == Tone::sky);
  CHECK(scene.figure.lines[5].stroke == Stroke::solid);
  CHECK(scene.figure.lines[6].tone == Tone::blue);
  CHECK(scene.figure.lines[6].stroke == Stroke::dashed);
}

TEST_CASE("scene: the legend has the labelled marks") {
  Figure f = line({{0, 0}, {1, 1}});
  f.paths = {{.points = {{0, 0}}, .label = "path"}};
  f.dots = {{.points = {{0, 0}}, .label = "dots", .marker = Marker::cross}};
  const auto legend = staged(f).legend;
  REQUIRE(legend.size() == 2);
  CHECK(legend[0].swatch == Swatch::path);
  CHECK(legend[1].swatch == Swatch::cross);
}

TEST_CASE("scene: lines are cut at the frame and broken at gaps") {
  Figure f = line({{-1, 0.5}, {2, 0.5}, {kNan, 0}, {0.25, 0}, {0.25, 1}, {kNan, 0}, {0.5, 0.5}, {kNan, 0}, {5, 5}, {6, 6}});
  f.x.range = f.y.range = Range{0, 1};
  const auto pieces = strokes(staged(f), f.lines[0].points);
  REQUIRE(pieces.size() == 3);
  CHECK(pieces[0].front().x == Approx(0).margin(1e-12));
  CHECK(pieces[0].back().x == Approx(1));
  CHECK(pieces[1].size() == 2);
  CHECK(pieces[2].size() == 1);  // a point between two gaps
}

TEST_CASE("scene: an unbroken curve is one piece, whatever its numbers") {
  Line wave;
  for (int i = 0; i < 1000; ++i) wave.points.push_back({i / 3.0, std::sin(i * 1.7)});
  const auto pieces = strokes(staged({.lines = {wave}}), wave.points);
  REQUIRE(pieces.size() == 1);
  CHECK(pieces[0].size() == 1000);
}

TEST_CASE("scene: a curve that leaves and returns is two pieces") {
  Figure f = line({{0, 0.5}, {0.5, 3}, {1, 0.5}});
  f.x.range = f.y.range = Range{0, 1};
  CHECK(strokes(staged(f), f.lines[0].points).size() == 2);
}

TEST_CASE("scene: a tangent touches at its point, has its slope and its length on the page") {
  Figure f = line({{0, 0}});
  f.x.range = f.y.range = Range{0, 10};
  const Scene scene = staged(f);
  const double aspect = 0.5;
  const Polyline t = tangent(scene, {.at = {5, 5}, .slope = 2}, 0.1, aspect);
  REQUIRE(t.size() == 2);
  const double dx = t[1].x - t[0].x;
  const double dy = t[1].y - t[0].y;
  CHECK(dy / dx == Approx(2));  // both axes span the same numbers
  CHECK(std::hypot(dx, aspect * dy) == Approx(0.2));
  CHECK((t[0].x + t[1].x) / 2 == Approx(0.5));
  CHECK(tangent(scene, {.at = {5, 5}, .slope = kNan}, 0.1, aspect).empty());
}

TEST_CASE("scene: on a log axis the tangent is that of the curve as drawn") {
  Figure f = line({{1, 1}});
  f.x.range = Range{0, 10};
  f.y = {.scale = Scale::log, .range = Range{1, 1e10}};
  const Polyline t = tangent(staged(f), {.at = {5, 1e5}, .slope = 1e5 * std::log(10.0)}, 0.1, 1);  // of 10^x
  REQUIRE(t.size() == 2);
  CHECK((t[1].y - t[0].y) / (t[1].x - t[0].x) == Approx(1));
}
