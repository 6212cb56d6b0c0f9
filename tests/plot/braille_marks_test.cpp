#include <descent/plot/braille_marks.hpp>

#include <limits>

#include <descent/plot/contour.hpp>
#include <descent/tests/catch.hpp>

using namespace descent::plot;

namespace {

std::string drawn(const Figure& figure, Ink ink = {}) {
  const Scene scene = staged(figure);
  Canvas canvas(8, 4, ink.glyphs);
  draw_marks(scene, canvas, ink);
  std::string text;
  for (int row = 0; row < canvas.rows(); ++row) text += canvas.row(row, ink.colour) + "\n";
  return text;
}

const Axis unit = {.range = Range{0, 1}};

}  // namespace

TEST_CASE("braille_marks: markers") {
  const Figure f = {
      .x = unit,
      .y = unit,
      .dots = {{.points = {{0, 1}}}, {.points = {{0, 0}}, .marker = Marker::ring}, {.points = {{1, 0}}, .marker = Marker::cross}}};
  CHECK(drawn(f) == "●\n\n\n○      ×\n");
  CHECK(drawn(f, {.glyphs = Glyphs::ascii}) == "o\n\n\nO      x\n");
}

TEST_CASE("braille_marks: a path begins in a ring and ends in a disc") {
  CHECK(drawn({.x = unit, .y = unit, .paths = {{.points = {{0, 0}, {1, 0}}}}}) == "\n\n\n○⣀⣀⣀⣀⣀⣀●\n");
}

TEST_CASE("braille_marks: the frame is no contour line") {
  const Grid grid = sampled({0, 1}, {0, 1}, 5, 5, [](double x, double) { return x; });
  const std::string text = drawn({.contours = {{.grid = grid, .levels = {0.5}}}});
  CHECK(text == drawn({.contours = {{.grid = grid, .levels = {0.5}}}}));
  CHECK(text.substr(0, 1) == " ");  // nothing along the left edge
}

TEST_CASE("braille_marks: classes differ without colours, unknown cells are blank") {
  const Grid grid = {.columns = 3, .rows = 1, .values = {1, 2, std::numeric_limits<double>::quiet_NaN()}};
  const std::string row = drawn({.cells = {{.grid = grid, .shade = Shade::classes}}});
  CHECK(row.substr(0, row.find('\n')) == "░░░▒▒");
}

TEST_CASE("braille_marks: cells keep their places when the frame is larger than they") {
  const Grid grid = {.columns = 1, .rows = 1, .values = {1}};
  const Axis twice = {.range = Range{0, 2}};
  CHECK(drawn({.x = twice, .y = twice, .cells = {{.grid = grid, .shade = Shade::classes}}}) == "\n\n░░░░\n░░░░\n");
}

TEST_CASE("braille_marks: only curves get letters, and only when there are several") {
  const std::vector<LegendEntry> legend = {
      {"a", Tone::blue, Swatch::line}, {"b", Tone::green, Swatch::disc}, {"c", Tone::amber, Swatch::path}};
  const auto entries = tagged(legend, Colour::no);
  CHECK(entries[0].tag == 'a');
  CHECK(entries[1].tag == 0);
  CHECK(entries[2].tag == 'b');
  CHECK(tagged(legend, Colour::yes)[0].tag == 0);
  CHECK(tagged({legend[0]}, Colour::no)[0].tag == 0);
}

TEST_CASE("braille_marks: bars grow by eighths") {
  const Scene scene =
      staged({.x = {.range = Range{0, 8}}, .y = {.categories = {"a", "b"}}, .bars = {{.values = {2.5, 0}, .texts = {"x", "none"}}}});
  Canvas canvas(12, 2, Glyphs::unicode);
  draw_bars(scene, canvas, {}, 4);
  CHECK(canvas.row(0, Colour::no) == "██▌ x");
  CHECK(canvas.row(1, Colour::no) == "▏none");
}
