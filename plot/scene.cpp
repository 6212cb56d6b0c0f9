#include <descent/plot/scene.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

[[noreturn]] void fail(const Figure& figure, const std::string& what) {
  throw ValueError(fmt::format("plot: figure \"{}\": {}", figure.title, what));
}

// ---- what is wrong with a figure ----

void check_axis(const Figure& figure, const char* name, const Axis& axis) {
  if (!axis.categories.empty() && axis.scale != Scale::linear)
    fail(figure, fmt::format("the {} axis has categories and a scale; their places 0, 1, 2, ... need the linear one", name));
  if (!axis.range) return;
  const auto [low, high] = *axis.range;
  const double from = spread(axis.scale, low);
  const double to = spread(axis.scale, high);
  if (std::isnan(from) || std::isnan(to))
    fail(figure, fmt::format("the range {} to {} of the {} axis cannot be shown on its scale{}", low, high, name,
                             axis.scale == Scale::log ? "; a log axis needs numbers above 0" : ""));
  if (from >= to)
    fail(figure, fmt::format("the range {} to {} of the {} axis is empty; its low end must be less than its high end", low, high, name));
}

void check_length(const Figure& figure, const char* what, std::size_t got, const char* of, std::size_t wanted) {
  if (got != wanted) fail(figure, fmt::format("{} {} for {} {}; give one for each", got, what, wanted, of));
}

void check_grid(const Figure& figure, const Grid& grid, int least) {
  if (grid.columns < least || grid.rows < least)
    fail(figure, fmt::format("a grid of {} columns and {} rows; it needs at least {} of each", grid.columns, grid.rows, least));
  const auto wanted = static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows);
  if (grid.values.size() != wanted)
    fail(figure,
         fmt::format("{} values for a grid of {} columns and {} rows; it needs {}", grid.values.size(), grid.columns, grid.rows, wanted));
  for (const auto& [name, r] : {std::pair{"x", grid.x}, std::pair{"y", grid.y}})
    if (!(drawable(r.low) && drawable(r.high) && r.low < r.high))
      fail(figure, fmt::format("a grid whose {} runs from {} to {}; its low end must be less than its high end", name, r.low, r.high));
}

void check_bars(const Figure& figure) {
  for (const Bars& bars : figure.bars) {
    if (figure.y.categories.empty()) fail(figure, "bars need the names of their categories in y.categories");
    check_length(figure, "bars", bars.values.size(), "categories", figure.y.categories.size());
    if (!bars.texts.empty()) check_length(figure, "texts", bars.texts.size(), "bars", bars.values.size());
    if (!bars.pale.empty()) check_length(figure, "flags in `pale`", bars.pale.size(), "bars", bars.values.size());
  }
}

bool has_marks(const Figure& f) {
  return !(f.cells.empty() && f.contours.empty() && f.bars.empty() && f.rules.empty() && f.lines.empty() && f.arrows.empty() &&
           f.tangents.empty() && f.paths.empty() && f.dots.empty() && f.notes.empty());
}

void check(const Figure& figure) {
  if (!has_marks(figure)) fail(figure, "it has no marks; give it at least one line, dot, bar, contour, cell, rule or note");
  if (!(figure.aspect > 0 && figure.aspect <= 10)) fail(figure, fmt::format("aspect is {}; it must lie in (0, 10]", figure.aspect));
  check_axis(figure, "x", figure.x);
  check_axis(figure, "y", figure.y);
  check_bars(figure);
  for (const Contours& contours : figure.contours) {
    check_grid(figure, contours.grid, 2);
    if (!std::is_sorted(contours.levels.begin(), contours.levels.end()))
      fail(figure, "the levels of its contours do not ascend; sort them");
  }
  for (const Cells& cells : figure.cells) {
    check_grid(figure, cells.grid, 1);
    if (!cells.texts.empty()) check_length(figure, "texts", cells.texts.size(), "cells", cells.grid.values.size());
  }
}

// ---- colours and the legend ----

class Palette {
 public:
  explicit Palette(const Figure& f) {
    const auto note = [this](const auto& marks) {
      for (const auto& mark : marks) used_[static_cast<std::size_t>(mark.tone)] = true;
    };
    note(f.bars), note(f.rules), note(f.lines), note(f.arrows), note(f.tangents), note(f.paths), note(f.dots);
  }

  template <class Marks> void choose(Marks& marks) {
    for (auto& mark : marks)
      if (mark.tone == Tone::automatic) mark.tone = next();
  }

  /// Lines beyond the number of colours are dashed as well.
  void choose(std::vector<Line>& lines) {
    for (Line& line : lines) {
      if (line.tone != Tone::automatic) continue;
      line.tone = next();
      if (again_ > 0 && line.stroke == Stroke::solid) line.stroke = Stroke::dashed;
    }
  }

 private:
  static constexpr int kFirst = static_cast<int>(Tone::blue);
  static constexpr int kCount = static_cast<int>(Tone::sky) - kFirst + 1;

  Tone next() {
    for (int i = 0; i < kCount; ++i) {
      const auto tone = static_cast<std::size_t>(kFirst + i);
      if (!std::exchange(used_[tone], true)) return static_cast<Tone>(tone);
    }
    return static_cast<Tone>(kFirst + again_++ % kCount);  // more marks than colours: round again
  }

  bool used_[kFirst + kCount] = {};
  int again_ = 0;
};

Swatch swatch_of(Stroke stroke) {
  return stroke == Stroke::dashed ? Swatch::dashed : stroke == Stroke::dotted ? Swatch::dotted : Swatch::line;
}
Swatch swatch_of(Marker marker) { return marker == Marker::cross ? Swatch::cross : marker == Marker::ring ? Swatch::ring : Swatch::disc; }

std::vector<LegendEntry> legend_of(const Figure& f) {
  std::vector<LegendEntry> legend;
  const auto add = [&legend](const auto& mark, Swatch swatch) {
    if (!mark.label.empty()) legend.push_back({mark.label, mark.tone, swatch});
  };
  for (const Bars& m : f.bars) add(m, Swatch::bar);
  for (const Line& m : f.lines) add(m, swatch_of(m.stroke));
  for (const Arrows& m : f.arrows) add(m, Swatch::arrow);
  for (const Tangents& m : f.tangents) add(m, Swatch::slope);
  for (const Path& m : f.paths) add(m, Swatch::path);
  for (const Dots& m : f.dots) add(m, swatch_of(m.marker));
  return legend;
}

// ---- ranges, and what cannot be drawn ----

/// The smallest and largest of the places that numbers take on a scale.
struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void take(double place) {
    if (std::isnan(place)) return;
    low = std::min(low, place);
    high = std::max(high, place);
  }
  bool empty() const { return low > high; }
};

// How far a margin may widen a range: what `spread` still takes.
constexpr double kReach = 1e300;
constexpr double kLogReach = 290;
constexpr double kExponentReach = 1e15;

class Surveyor {
 public:
  explicit Surveyor(const Figure& figure) : figure_(figure) {
    for (const Line& m : figure.lines) points("line", m.label, m.points);
    for (const Arrows& m : figure.arrows) points("row of arrows", m.label, m.points);
    for (const Path& m : figure.paths) points("path", m.label, m.points);
    for (const Dots& m : figure.dots) points("row of points", m.label, m.points);
    for (const Tangents& m : figure.tangents) tangents(m);
    for (const Bars& m : figure.bars) bars(m);
    for (const Rule& m : figure.rules) (m.along == Along::horizontal ? y_ : x_).take(spread(axis_of(m).scale, m.at));
    for (const Note& m : figure.notes) take(m.at);
    for (const Contours& m : figure.contours) grid(m.grid);
    for (const Cells& m : figure.cells) grid(m.grid);
  }

  Range x_range() const { return range(figure_.x, x_, 0.02, false); }
  Range y_range() const { return range(figure_.y, y_, 0.06, false); }
  Range bars_range() const { return range(figure_.x, x_, 0, true); }
  std::vector<std::string> remarks() && { return std::move(remarks_); }

 private:
  const Axis& axis_of(const Rule& rule) const { return rule.along == Along::horizontal ? figure_.y : figure_.x; }

  bool take(Point p) {
    const double x = spread(figure_.x.scale, p.x);
    const double y = spread(figure_.y.scale, p.y);
    if (std::isnan(x) || std::isnan(y)) return false;
    x_.take(x);
    y_.take(y);
    return true;
  }

  void points(const char* kind, const std::string& label, const std::vector<Point>& points) {
    if (points.empty()) remarks_.push_back(fmt::format("{}: no points.", name(kind, label)));
    std::size_t infinite = 0;
    std::size_t below = 0;
    for (const Point p : points) {
      if (take(p)) continue;
      const bool finite = drawable(p.x) && drawable(p.y);
      ++(finite ? below : infinite);
    }
    remark(kind, label, infinite, points.size(), "not finite and left out");
    remark(kind, label, below, points.size(), "not positive and cannot be shown on a log axis");
  }

  void tangents(const Tangents& mark) {
    std::vector<Point> at;
    for (const Slope& s : mark.slopes) at.push_back(std::isfinite(s.slope) ? s.at : Point{s.slope, s.slope});
    if (!at.empty()) points("row of tangents", mark.label, at);
  }

  void bars(const Bars& mark) {
    std::vector<Point> ends;
    for (const double value : mark.values)
      if (!std::isnan(value)) ends.push_back({value, 0});
    points("row of bars", mark.label, ends);
    exact_ = true;
  }

  void grid(const Grid& grid) {
    for (const double x : {grid.x.low, grid.x.high}) x_.take(spread(figure_.x.scale, x));
    for (const double y : {grid.y.low, grid.y.high}) y_.take(spread(figure_.y.scale, y));
    exact_ = true;
    const auto unknown =
        static_cast<std::size_t>(std::count_if(grid.values.begin(), grid.values.end(), [](double v) { return !drawable(v); }));
    remark("grid", {}, unknown, grid.values.size(), "not finite and left blank", "values");
  }

  static std::string name(const char* kind, const std::string& label) {
    return label.empty() ? fmt::format("A {}", kind) : fmt::format("“{}”", label);
  }

  void remark(const char* kind, const std::string& label, std::size_t count, std::size_t all, const char* fate,
              const char* things = "points") {
    if (count == 0) return;
    remarks_.push_back(fmt::format("{}: {} of {} {} {} {}.", name(kind, label), count, all, things, count == 1 ? "is" : "are", fate));
  }

  /// Widened a little so that no mark lies on the frame; around a single number, by half of it or 1.
  Range range(const Axis& axis, Extent extent, double margin, bool from_base) const {
    if (axis.range) return *axis.range;
    if (!axis.categories.empty()) return {-0.5, static_cast<double>(axis.categories.size()) - 0.5};
    if (extent.empty()) return axis.scale == Scale::log ? Range{0.1, 10} : Range{0, 1};
    if (from_base) extent = with_base(axis.scale, extent);
    if (extent.high - extent.low <= 1e-12 * std::max(std::abs(extent.low), std::abs(extent.high))) {
      const double half = axis.scale == Scale::linear && extent.low != 0 ? 0.5 * std::abs(extent.low) : 0.5;
      extent = {extent.low - half, extent.high + half};
    } else if (!exact_) {
      const double more = margin * (extent.high - extent.low);
      extent = {extent.low - more, extent.high + more};
    }
    if (axis.scale == Scale::double_log) extent.low = std::max(extent.low, 0.0);
    const double reach = axis.scale == Scale::linear ? kReach : axis.scale == Scale::log ? kLogReach : kExponentReach;
    extent = {std::max(extent.low, -reach), std::min(extent.high, reach)};
    return {unspread(axis.scale, extent.low), unspread(axis.scale, extent.high)};
  }

  /// Bars begin at 0, on a log axis at the power of ten below the shortest.
  static Extent with_base(Scale scale, Extent extent) {
    const double base = scale == Scale::log ? std::ceil(extent.low) - 1 : 0;
    return {std::min(base, extent.low), std::max(extent.high, 0.0 + (scale == Scale::log ? extent.high : 0.0))};
  }

  const Figure& figure_;
  Extent x_;
  Extent y_;
  bool exact_ = false;  // a grid or bars: the frame fits them without a margin
  std::vector<std::string> remarks_;
};

// ---- clipping ----


/// Cuts a piece of a line to the unit square (Liang and Barsky); nothing when it lies outside.
std::optional<std::pair<Point, Point>> clipped(Point a, Point b) {
  double from = 0;
  double to = 1;
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double towards[] = {-dx, dx, -dy, dy};
  const double room[] = {a.x, 1 - a.x, a.y, 1 - a.y};
  for (int side = 0; side < 4; ++side) {
    if (towards[side] == 0 && room[side] < 0) return std::nullopt;
    if (towards[side] == 0) continue;
    const double t = room[side] / towards[side];
    if (towards[side] < 0) from = std::max(from, t);
    else to = std::min(to, t);
  }
  if (from > to) return std::nullopt;
  const auto at = [&](double t) { return t == 0 ? a : t == 1 ? b : Point{a.x + t * dx, a.y + t * dy}; };  // whole ends stay exact
  return std::pair{at(from), at(to)};
}

bool known(Point p) { return !std::isnan(p.x) && !std::isnan(p.y); }
bool inside(Point p) { return p.x > -1e-9 && p.x < 1 + 1e-9 && p.y > -1e-9 && p.y < 1 + 1e-9; }
bool same(Point a, Point b) { return a.x == b.x && a.y == b.y; }

}  // namespace

Scene staged(Figure figure) {
  check(figure);
  Palette palette(figure);
  palette.choose(figure.bars);
  palette.choose(figure.lines);
  palette.choose(figure.arrows);
  palette.choose(figure.tangents);
  palette.choose(figure.paths);
  palette.choose(figure.dots);
  palette.choose(figure.rules);
  Surveyor surveyor(figure);
  const Track x(figure.x.scale, figure.bars.empty() ? surveyor.x_range() : surveyor.bars_range());
  const Track y(figure.y.scale, surveyor.y_range(), !figure.y.categories.empty());
  for (std::string& remark : std::move(surveyor).remarks()) figure.remarks.push_back(std::move(remark));
  std::vector<LegendEntry> legend = legend_of(figure);
  return {std::move(figure), x, y, std::move(legend)};
}

std::vector<Polyline> strokes(const Scene& scene, const std::vector<Point>& points) {
  std::vector<Polyline> pieces;
  const auto at = [&](std::size_t i) { return i < points.size() ? scene.at(points[i]) : Point{nowhere, nowhere}; };
  Point last = at(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point here = at(i);
    const bool joined = known(last) && known(here);
    if (!joined && inside(here) && !known(at(i + 1))) pieces.push_back({here});
    if (const auto piece = joined ? clipped(last, here) : std::nullopt) {
      if (pieces.empty() || !same(pieces.back().back(), piece->first)) pieces.push_back({piece->first});
      pieces.back().push_back(piece->second);
    }
    last = here;
  }
  return pieces;
}

std::vector<Placed> placed(const Scene& scene, const std::vector<Point>& points) {
  std::vector<Placed> found;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point p = scene.at(points[i]);
    if (inside(p)) found.push_back({p, static_cast<int>(i)});
  }
  return found;
}

Polyline tangent(const Scene& scene, const Slope& slope, double reach, double aspect) {
  const Point at = scene.at(slope.at);
  const double rise = slope.slope * scene.y.rate(slope.at.y) / scene.x.rate(slope.at.x) * aspect;  // in the page's proportions
  if (!known(at) || !std::isfinite(rise)) return {};
  const double across = reach / std::hypot(1.0, rise);
  const double up = across * rise / aspect;
  const auto piece = clipped({at.x - across, at.y - up}, {at.x + across, at.y + up});
  return piece ? Polyline{piece->first, piece->second} : Polyline{};
}

}  // namespace descent::inline v1::plot
