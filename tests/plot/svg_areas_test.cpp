#include <descent/plot/svg_areas.hpp>

#include <limits>

#include <descent/plot/svg.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/plot/xml.hpp>

using namespace descent::plot;
using descent::test::count_of;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string areas(const Figure& figure) {
  const Scene scene = staged(figure);
  SvgWriter out;
  draw_areas(scene, laid_out(scene, 720), out);
  return out.result();
}

}  // namespace

TEST_CASE("svg_areas: equal neighbours of a row are one rectangle, each class one path") {
  const Grid grid = {.columns = 4, .rows = 2, .values = {0, 0, 1, 1, 0, 0, 0, 1}};
  const std::string svg = areas({.cells = {{.grid = grid, .shade = Shade::classes}}});
  CHECK(count_of(svg, "<path") == 2);
  CHECK(count_of(svg, "M") == 4);
}

TEST_CASE("svg_areas: unknown and least cells stay blank, strong ones get light words") {
  const Grid grid = {.columns = 3, .rows = 1, .values = {kNan, 0, 1}};
  const std::string svg = areas({.cells = {{.grid = grid, .texts = {"a", "b", "c"}}}});
  CHECK(count_of(svg, "crispEdges") == 1);
  CHECK(svg.find("class=\"f-ink\"") != std::string::npos);
  CHECK(svg.find("class=\"f-paper\"") != std::string::npos);
}

TEST_CASE("svg_areas: cells of one value and of huge values are drawn") {
  CHECK(areas({.cells = {{.grid = {.columns = 2, .rows = 1, .values = {3, 3}}}}}).empty());
  const std::string huge = areas({.cells = {{.grid = {.columns = 3, .rows = 1, .values = {-1e300, 1e300, 1e308}}}}});
  CHECK(huge.find("nan") == std::string::npos);
}

TEST_CASE("svg_areas: each bar is a rectangle, an estimate a pale one, a missing one nothing") {
  const Figure f = {.y = {.categories = {"a", "b", "c"}},
                    .bars = {{.values = {1, kNan, 3}, .texts = {"one", "", "three"}, .pale = {false, false, true}}}};
  const std::string svg = areas(f);
  CHECK(count_of(svg, "<rect") == 2);
  CHECK(count_of(svg, "fill-opacity=\".42\"") == 1);
  CHECK(svg.find(">three<") != std::string::npos);
}

TEST_CASE("svg_areas: each level is one path that holds all its rings") {
  Grid grid = {.columns = 5, .rows = 1 + 2, .values = {9, 9, 9, 9, 9, 9, 0, 9, 0, 9, 9, 9, 9, 9, 9}};
  const std::string svg = areas({.contours = {{.grid = grid, .levels = {1, 5}}}});
  CHECK(count_of(svg, "<path") == 2);
  CHECK(count_of(svg, "z") == 4);
}

TEST_CASE("svg_areas: every tone has a rule in the style sheet") {
  for (int tone = static_cast<int>(Tone::ink); tone <= static_cast<int>(Tone::sky); ++tone) {
    const std::string name(name_of(static_cast<Tone>(tone)));
    CHECK(svg_style().find(".f-" + name + "{") != std::string::npos);
    CHECK(svg_style().find(".s-" + name + "{") != std::string::npos);
  }
}
