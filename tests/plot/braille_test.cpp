#include <descent/plot/braille.hpp>

#include <algorithm>
#include <limits>
#include <sstream>

#include <descent/plot/contour.hpp>
#include <descent/plot/figures.hpp>
#include <descent/plot/text.hpp>
#include <descent/tests/catch.hpp>

using namespace descent::plot;
using Catch::Contains;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

int widest(const std::string& text) {
  int width = 0;
  for (const std::string& line : lines_of(text)) width = std::max(width, columns_of(line));
  return width;
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

std::vector<Figure> samples() {
  const Grid grid =
      sampled({-2, 2}, {-1, 3}, 20, 20, [](double x, double y) { return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x); });
  CostCurve curve = {.curve = sampled({-2.6, 3.6}, 50, [](double p) { return 0.5 * (p - 1) * (p - 1); })};
  double p = -2;
  for (int k = 0; k < 12; ++k, p -= 1.6 * (p - 1)) {
    curve.steps.push_back({p, 0.5 * (p - 1) * (p - 1)});
    curve.slopes.push_back(p - 1);
  }
  return {cost_curve(curve),
          contour_paths({.grid = grid,
                         .paths = {{"gradient descent", {{-1, 1}, {0, 0.2}, {1, 1}}}, {"Adam", {{-1, 1}, {kNan, 0}, {9, 9}}}},
                         .minimum = Point{1, 1}}),
          rates_ladder({.runs = {{0.1, {1, 0.1, 0.01}, "slow"}, {1.0, {1, 0}, "1 step"}, {2.1, {1, 10, 1e300}, "diverges"}}}),
          loss_curves({.training = {3, 2, 1}, .validation = {3, 2.5, 2.6}}),
          evaluations_against_dimension(
              {.dimensions = {1, 1000}, .methods = {{"random search with a very long name", {1, 2187}, {false, true}}}}),
          confusion({.classes = {"T-shirt", "trouser"}, .counts = {90, 10, 0, 100}}),
          decision_map({.classes = {.columns = 2, .rows = 2, .values = {0, 1, 2, kNan}}, .samples = {{"a", {{0.2, 0.2}}}}})};
}

}  // namespace

TEST_CASE("braille: every figure keeps to its width, in both kinds of glyphs") {
  for (const Figure& figure : samples())
    for (const int columns : {40, 63, 80}) {
      INFO(figure.title << " in " << columns);
      CHECK(widest(to_terminal(figure, {.columns = columns})) <= columns);
      const std::string plain = to_terminal(figure, {.columns = columns, .glyphs = Glyphs::ascii});
      CHECK(widest(plain) <= columns);
      CHECK(is_ascii(plain));
    }
}

TEST_CASE("braille: without colours there is no escape sequence, with them every one is closed") {
  for (const Figure& figure : samples()) {
    CHECK(to_terminal(figure).find('\x1b') == std::string::npos);
    for (const std::string& line : lines_of(to_terminal(figure, {.colour = Colour::yes})))
      if (const std::size_t last = line.rfind('\x1b'); last != std::string::npos) CHECK(line.substr(last, 4) == "\x1b[0m");
  }
}

TEST_CASE("braille: a small figure, line by line") {
  const Figure f = {
      .title = "t", .x = {.label = "x", .range = Range{0, 4}}, .y = {.range = Range{0, 4}}, .lines = {{.points = {{0, 0}, {4, 4}}}}};
  const auto lines = lines_of(to_terminal(f, {.columns = 40, .rows = 4}));
  REQUIRE(lines.size() == 8);
  CHECK(lines[0] == "t");
  CHECK_THAT(lines[1], Contains("┤"));
  CHECK_THAT(lines[5], Contains("└┬"));
  CHECK_THAT(lines[6], Contains("0") && Contains("4"));
}

TEST_CASE("braille: numbered points stand on the curve, the first where two share a place") {
  const Figure f = {.dots = {{.points = {{0, 0}, {1, 1}, {1, 1}}, .numbered = true}}};
  const std::string text = to_terminal(f, {.columns = 40, .rows = 6});
  const auto lines = lines_of(text);
  CHECK_THAT(lines[0], Contains("1"));
  CHECK(lines[0].find('2') == std::string::npos);
}

TEST_CASE("braille: without colours curves end in the letter of their legend") {
  const Figure f = {.lines = {{.points = {{0, 0}, {1, 1}}, .label = "first"}, {.points = {{0, 1}, {1, 0}}, .label = "second"}}};
  const std::string text = to_terminal(f, {.columns = 40, .rows = 6});
  CHECK_THAT(text, Contains("a first   b second"));
  CHECK_THAT(lines_of(text)[1], Contains("a"));
  CHECK_THAT(to_terminal(f, {.colour = Colour::yes}), Contains("━━"));
}

TEST_CASE("braille: bars carry their names and values") {
  const std::string text = to_terminal(samples()[4], {.columns = 60});
  CHECK_THAT(text, Contains("random sear…"));
  CHECK_THAT(text, Contains("10²¹⁸⁷"));
  CHECK_THAT(text, Contains("█") && Contains("░"));
}

TEST_CASE("braille: a label cannot reach the terminal's controls") {
  const Figure f = {
      .title = "a\x1b[2Jb\n", .lines = {{.points = {{0, 0}, {1, 1}}, .label = "\x07"}}, .notes = {{.at = {0.5, 0.5}, .text = "\x1b]0;x"}}};
  const std::string text = to_terminal(f);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
}

TEST_CASE("braille: what cannot be drawn is said under the figure") {
  CHECK_THAT(to_terminal({.lines = {{.points = {{0, kNan}, {1, 1}}, .label = "loss"}}}),
             Contains("“loss”: 1 of 2 points is not finite and left out."));
}

TEST_CASE("braille: the options have limits") {
  const Figure f = {.lines = {{.points = {{0, 0}}}}};
  CHECK_THROWS_WITH(to_terminal(f, {.columns = 20}), "plot: a terminal of 20 columns; the width must lie in [40, 80]");
  CHECK_THROWS_WITH(to_terminal(f, {.columns = 132}), "plot: a terminal of 132 columns; the width must lie in [40, 80]");
  CHECK_THROWS_WITH(to_terminal(f, {.rows = 2}), "plot: 2 rows in the terminal; they must lie in [4, 200]");
  CHECK_THROWS_WITH(to_terminal({.title = "e"}), Contains("it has no marks"));
}
