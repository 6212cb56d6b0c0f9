#include <descent/plot/svg_marks.hpp>

#include <descent/tests/catch.hpp>
#include <descent/tests/plot/xml.hpp>

using namespace descent::plot;
using descent::test::count_of;

namespace {

std::string marks(const Figure& figure) {
  const Scene scene = staged(figure);
  SvgWriter out;
  draw_marks(scene, laid_out(scene, 720), out);
  return out.result();
}

}  // namespace

TEST_CASE("svg_marks: a path has its ring, its end and a dot for each step that can be seen") {
  Path path = {.points = {{0, 0}, {1, 1}, {2, 0}}};
  for (int i = 0; i < 100; ++i) path.points.push_back({2 + 1e-4 * i, 0});
  const std::string svg = marks({.paths = {path}});
  CHECK(count_of(svg, "<circle") == 2);
  CHECK(count_of(svg, "h0") == 3);
}

TEST_CASE("svg_marks: ends outside the frame are not drawn") {
  const Figure f = {.x = {.range = Range{0, 1}}, .y = {.range = Range{0, 1}}, .paths = {{.points = {{-1, 0.5}, {2, 0.5}}}}};
  CHECK(count_of(marks(f), "<circle") == 0);
  CHECK(count_of(marks(f), "<path") == 2);
}

TEST_CASE("svg_marks: an arrow that is too short for its head is left out") {
  const std::string svg = marks({.arrows = {{.points = {{0, 0}, {10, 0}, {10.01, 0}}}}});
  CHECK(count_of(svg, "<path") == 2);  // one shaft, one head
}

TEST_CASE("svg_marks: a note is always written, a rule's words too") {
  const Figure f = {
      .rules = {{.at = 0.5, .text = "limit"}}, .lines = {{.points = {{0, 0}, {1, 1}}}}, .notes = {{.at = {0.5, 0.5}, .text = "here"}}};
  CHECK(marks(f).find(">limit<") != std::string::npos);
  CHECK(marks(f).find(">here<") != std::string::npos);
}

TEST_CASE("svg_marks: each swatch draws something") {
  for (const Swatch swatch : {Swatch::line, Swatch::dashed, Swatch::dotted, Swatch::slope, Swatch::disc, Swatch::ring, Swatch::cross,
                              Swatch::bar, Swatch::path, Swatch::arrow}) {
    SvgWriter out;
    draw_swatch({.label = "x", .tone = Tone::blue, .swatch = swatch}, {0, 0}, out);
    CHECK(out.result().find("-blue") != std::string::npos);
  }
}
