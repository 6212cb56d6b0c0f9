#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace descent::inline v1::plot {

struct Point {
  double x = 0;
  double y = 0;
};

struct Range {
  double low = 0;
  double high = 1;
};

/// How the numbers of an axis become lengths.
enum class Scale : std::uint8_t {
  linear,
  log,         ///< numbers above 0
  exponent,    ///< the numbers are log10 of what is meant, so that 10^2501 can be said; spaced as on a log axis
  double_log,  ///< as `exponent`, spaced by log10(1 + number): 10 and 10^2501 on one axis
};

struct Axis {
  std::string label = {};
  Scale scale = Scale::linear;
  std::optional<Range> range = {};           ///< in the numbers of the scale; without one, it covers the marks
  std::vector<std::string> categories = {};  ///< names of the places 0, 1, 2, ...; on y the first is at the top
};

/// The colours, told apart by the colour-blind. `automatic` takes the next one that no mark has asked for.
enum class Tone : std::uint8_t { automatic, ink, faint, blue, orange, green, purple, amber, sky };

enum class Stroke : std::uint8_t { solid, dashed, dotted };
enum class Marker : std::uint8_t { disc, ring, cross };
enum class Along : std::uint8_t { horizontal, vertical };

/// Points joined in order. A point that cannot be drawn (NaN, inf, not positive on a log axis) leaves a gap and is
/// counted in a remark under the figure; so it is in every mark.
struct Line {
  std::vector<Point> points = {};
  std::string label = {};  ///< the legend's words; empty: not in the legend
  Tone tone = Tone::automatic;
  Stroke stroke = Stroke::solid;
};

struct Dots {
  std::vector<Point> points = {};
  std::string label = {};
  Tone tone = Tone::automatic;
  Marker marker = Marker::disc;
  bool numbered = false;  ///< writes 0, 1, 2, ... beside them, as many as have room
};

/// A descent over a plane: a line with a dot at each step, a ring where it starts and a large dot where it ends.
struct Path {
  std::vector<Point> points = {};
  std::string label = {};
  Tone tone = Tone::automatic;
};

/// An arrow from each point to the next.
struct Arrows {
  std::vector<Point> points = {};
  std::string label = {};
  Tone tone = Tone::faint;
};

struct Slope {
  Point at = {};
  double slope = 0;  ///< dy/dx in the numbers of the axes
};

/// Short pieces of the tangents at points, all of one length on the page.
struct Tangents {
  std::vector<Slope> slopes = {};
  std::string label = {};
  Tone tone = Tone::automatic;
  double reach = 0.1;  ///< half the length, as a part of the figure's width
};

/// A line across the whole figure.
struct Rule {
  Along along = Along::horizontal;
  double at = 0;
  std::string text = {};  ///< written on the rule
  Tone tone = Tone::faint;
  Stroke stroke = Stroke::dashed;
};

/// One bar for each category of the y axis, from the left edge to its value; several Bars share each category's room.
struct Bars {
  std::vector<double> values = {};  ///< NaN: no bar
  std::string label = {};
  Tone tone = Tone::automatic;
  std::vector<std::string> texts = {};  ///< written at the bars' ends; empty, or one a bar
  std::vector<bool> pale = {};          ///< bars drawn pale (an estimate); empty, or one a bar
};

/// Numbers over a rectangle, row-major, row 0 at `y.low`. In Contours the outer numbers lie on the rectangle's edges; in
/// Cells each number is a tile of it.
struct Grid {
  Range x = {};
  Range y = {};
  int columns = 0;
  int rows = 0;
  std::vector<double> values = {};  ///< NaN: not known
};

/// Lines of equal value, shaded towards the lowest.
struct Contours {
  Grid grid = {};
  std::vector<double> levels = {};  ///< ascending; see `levels` in contour.hpp
};

enum class Shade : std::uint8_t {
  strength,  ///< from nothing at the least value to full at the largest
  classes,   ///< each value is a class 0, 1, 2, ... with a colour of its own
};

struct Cells {
  Grid grid = {};
  Shade shade = Shade::strength;
  std::vector<std::string> texts = {};  ///< written in the cells; empty, or one a cell
};

/// Words at a point.
struct Note {
  Point at = {};
  std::string text = {};
};

/// What is to be seen, without a word on how it is drawn: `to_svg` and `to_terminal` both draw it. The kinds of marks are
/// drawn in the order of the members, the later ones on top.
struct Figure {
  std::string title = {};
  std::string summary = {};  ///< one sentence for those who cannot see the picture
  Axis x = {};
  Axis y = {};
  std::vector<Cells> cells = {};
  std::vector<Contours> contours = {};
  std::vector<Bars> bars = {};
  std::vector<Rule> rules = {};
  std::vector<Line> lines = {};
  std::vector<Arrows> arrows = {};
  std::vector<Tangents> tangents = {};
  std::vector<Path> paths = {};
  std::vector<Dots> dots = {};
  std::vector<Note> notes = {};
  std::vector<std::string> remarks = {};  ///< lines of small print under the figure
  double aspect = 0.56;                   ///< height over width of the part inside the axes
};

}  // namespace descent::inline v1::plot
