#include <descent/plot/svg.hpp>

#include <cmath>
#include <limits>

#include <descent/plot/contour.hpp>
#include <descent/plot/figures.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/plot/xml.hpp>

using namespace descent::plot;
using descent::test::count_of;
using descent::test::xml_fault;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Every kind of mark at once.
Figure everything() {
  Figure f = {.title = "a <b> & \"c\" 'd' \x1b", .summary = "<s>", .x = {.label = "x & y"}, .y = {.label = "10⁻³"}};
  const Grid grid = sampled({0, 4}, {0, 4}, 9, 9, [](double x, double y) { return x * y; });
  f.cells = {{.grid = grid},
             {.grid = {.x = {0, 4}, .y = {0, 4}, .columns = 2, .rows = 1, .values = {0, 1}}, .shade = Shade::classes, .texts = {"<", ""}}};
  f.contours = {{.grid = grid, .levels = levels(grid, Spacing::linear, 4)}};
  f.rules = {{.at = 2, .text = "<rule>"}, {.along = Along::vertical, .at = 1, .stroke = Stroke::dotted}};
  f.lines = {{.points = {{0, 0}, {1, kNan}, {2, 2}, {3, 3}}, .label = "<line>", .stroke = Stroke::dashed}};
  f.arrows = {{.points = {{0, 0}, {3, 1}}, .label = "arrow"}};
  f.tangents = {{.slopes = {{{2, 2}, 1}}, .label = "slope"}};
  f.paths = {{.points = {{0, 0}, {4, 4}}, .label = "path"}};
  f.dots = {{.points = {{1, 1}, {3, 3}}, .label = "dots", .numbered = true},
            {.points = {{2, 1}}, .label = "ring", .marker = Marker::ring},
            {.points = {{3, 1}}, .label = "cross", .marker = Marker::cross}};
  f.notes = {{.at = {2, 3}, .text = "<note>"}};
  f.remarks = {"a <remark>"};
  return f;
}

}  // namespace

TEST_CASE("svg: every kind of mark makes well-formed XML with all text escaped") {
  const std::string svg = to_svg(everything());
  CHECK(xml_fault(svg) == "");
  CHECK(svg.find("<b>") == std::string::npos);
  CHECK(svg.find("a &lt;b&gt; &amp; &quot;c&quot;") != std::string::npos);
  CHECK(svg.find("&lt;note&gt;") != std::string::npos);
  CHECK(svg.find('\x1b') == std::string::npos);
}

TEST_CASE("svg: the checker of these tests finds faults") {
  CHECK(xml_fault("<a><b></a></b>") != "");
  CHECK(xml_fault("<a>&nbsp;</a>") != "");
  CHECK(xml_fault("<a b=\"1\" b=\"2\"/>") != "");
  CHECK(xml_fault("<a b=\"<\"/>") != "");
  CHECK(xml_fault("<a/><b/>") != "");
  CHECK(xml_fault("<a b=\"1\"><c/>text</a>\n") == "");
}

TEST_CASE("svg: it stands alone, speaks to readers, follows light and dark") {
  const std::string svg = to_svg(everything());
  CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  CHECK(svg.find("viewBox=\"0 0 720 ") != std::string::npos);
  CHECK(svg.find("role=\"img\"") != std::string::npos);
  CHECK(svg.find("<title>") != std::string::npos);
  CHECK(svg.find("<desc>&lt;s&gt;</desc>") != std::string::npos);
  CHECK(svg.find("prefers-color-scheme:dark") != std::string::npos);
  CHECK(svg.find("href") == std::string::npos);
  CHECK(svg.find("<script") == std::string::npos);
  CHECK(svg.find(" id=") == std::string::npos);  // several figures stand on one page
}

TEST_CASE("svg: the style can be left to the page") {
  const std::string svg = to_svg(everything(), {.style_inside = false});
  CHECK(svg.find("<style>") == std::string::npos);
  CHECK(svg_style().find(".descent-figure") != std::string::npos);
}

TEST_CASE("svg: no coordinate is ever NaN or infinite") {
  Figure f = everything();
  f.dots[0].points.push_back({kNan, 1});
  f.lines.push_back({.points = {{1e308, -1e308}, {-1e308, 1e308}, {std::numeric_limits<double>::infinity(), 0}}});
  f.lines.push_back({.points = {{0, 1e299}, {1, -1e299}}});
  const std::string svg = to_svg(f);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
  CHECK(xml_fault(svg) == "");
}

TEST_CASE("svg: a gap splits the curve, and the remark says why") {
  const std::string svg = to_svg({.lines = {{.points = {{0, 0}, {1, 1}, {2, kNan}, {3, 1}, {4, 0}}}}});
  CHECK(svg.find("1 of 5 points is not finite") != std::string::npos);
  const std::size_t path = svg.find("<path class=\"line s-blue\"");
  REQUIRE(path != std::string::npos);
  CHECK(count_of(svg.substr(path, svg.find("/>", path) - path), "M") == 2);
}

TEST_CASE("svg: a hundred thousand points stay a small picture that keeps the extremes") {
  Line line;
  for (int i = 0; i < 100000; ++i) line.points.push_back({static_cast<double>(i), std::sin(i * 0.7)});
  line.points[50000].y = 40;
  const std::string svg = to_svg({.lines = {line}});
  CHECK(svg.size() < 40000);
  std::vector<Point> low = line.points;
  low[50000].y = 0;
  CHECK(to_svg({.y = {.range = Range{-1, 41}}, .lines = {{.points = low}}}) != to_svg({.y = {.range = Range{-1, 41}}, .lines = {line}}));
}

TEST_CASE("svg: numbers that find no room are left out, the first keeps its own") {
  Dots dots = {.points = {{0, 0}, {10, 10}}, .numbered = true};
  for (int i = 0; i < 40; ++i) dots.points.push_back({10 + 1e-3 * i, 10});
  const std::string svg = to_svg({.dots = {dots}});
  CHECK(svg.find(">0</text>") != std::string::npos);
  CHECK(svg.find(">1</text>") != std::string::npos);
  CHECK(svg.find(">41</text>") == std::string::npos);
  CHECK(count_of(svg, "<circle") == 42);
}

TEST_CASE("svg: the width has limits") {
  CHECK_THROWS_WITH(to_svg(everything(), {.width = 10}), "plot: an SVG width of 10 pixels; it must lie in [240, 4000]");
  CHECK_THROWS_WITH(to_svg(everything(), {.width = kNan}), "plot: an SVG width of nan pixels; it must lie in [240, 4000]");
}
