#include <descent/plot/svg_marks.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <descent/plot/svg_areas.hpp>

namespace descent::inline v1::plot {
namespace {

// How much a label avoids what is already there.
constexpr double kLineWeight = 1;
constexpr double kDotWeight = 50;
constexpr double kLabelWeight = 1000;

constexpr double kDotRadius = 4;
constexpr double kSameDot = 6;

std::string_view dashes(Stroke stroke) { return stroke == Stroke::dashed ? " dashed" : stroke == Stroke::dotted ? " dotted" : ""; }
std::string stroked(std::string_view shape, Tone tone, Stroke stroke = Stroke::solid) {
  return fmt::format("{} s-{}{}", shape, name_of(tone), dashes(stroke));
}

/// Of each run of points in one column of pixels the first, the lowest, the highest and the last.
std::vector<Point> thinned(const std::vector<Point>& points, double width) {
  if (static_cast<double>(points.size()) < 4 * width) return points;
  std::vector<Point> kept;
  for (std::size_t i = 0; i < points.size();) {
    std::size_t end = i;
    std::size_t low = i;
    std::size_t high = i;
    for (; end < points.size() && std::floor(points[end].x) == std::floor(points[i].x); ++end) {
      if (points[end].y < points[low].y) low = end;
      if (points[end].y > points[high].y) high = end;
    }
    std::array<std::size_t, 4> keep = {i, std::min(low, high), std::max(low, high), end - 1};
    for (std::size_t k = 0; k < keep.size(); ++k)
      if (k == 0 || keep[k] != keep[k - 1]) kept.push_back(points[keep[k]]);
    i = end;
  }
  return kept;
}

void arrow_head(Point tip, double dx, double dy, double length, SvgWriter& out, Tone tone) {
  const double half = 0.42 * length;
  PathData head;
  head.polyline({tip,
                 {tip.x - length * dx - half * dy, tip.y - length * dy + half * dx},
                 {tip.x - length * dx + half * dy, tip.y - length * dy - half * dx}});
  head.close();
  out.path(filled(tone), head);
}

void draw_marker(Marker marker, Tone tone, Point at, double radius, SvgWriter& out) {
  if (marker == Marker::disc) return out.circle(filled(tone) + " s-paper edge", at, radius);
  if (marker == Marker::ring) return out.circle(stroked("f-paper outline", tone), at, radius);
  const double arm = radius + 1;
  PathData cross;
  cross.polyline({{at.x - arm, at.y - arm}, {at.x + arm, at.y + arm}});
  cross.polyline({{at.x - arm, at.y + arm}, {at.x + arm, at.y - arm}});
  out.path(stroked("line", tone), cross);
}

/// Words that look for room near a point once everything else is drawn.
struct Label {
  Point at = {};
  std::string text = {};
  double gap = 6;
  bool dispensable = false;  ///< left out when there is no room
};

class Painter {
 public:
  Painter(const Scene& scene, const Layout& layout, SvgWriter& out)
      : scene_(scene), figure_(scene.figure), layout_(layout), out_(out), crowd_(layout.width, layout.height) {}

  void paint() {
    draw_areas(scene_, layout_, out_);
    for (const Rule& m : figure_.rules) rule(m);
    for (const Line& m : figure_.lines) line(m);
    for (const Arrows& m : figure_.arrows) arrows(m);
    for (const Tangents& m : figure_.tangents) tangents(m);
    for (const Path& m : figure_.paths) path(m);
    for (const Path& m : figure_.paths) path_ends(m);
    for (const Dots& m : figure_.dots) dots(m);
    for (const Note& m : figure_.notes) note(m);
    for (const RuleLabel& l : rule_labels_) write_best(l.text, l.candidates, kSmallSize, false);
    for (const Label& l : labels_) place(l);
  }

 private:
  std::vector<Point> on_page(const Polyline& places) const {
    std::vector<Point> points;
    for (const Point p : places) points.push_back(layout_.at(p));
    return points;
  }

  void stroke(std::string_view style, const std::vector<Polyline>& pieces) {
    PathData data;
    for (const Polyline& piece : pieces) {
      const std::vector<Point> points = thinned(on_page(piece), layout_.plot.width);
      data.polyline(points);
      for (std::size_t i = 1; i < points.size(); ++i) crowd_.add(points[i - 1], points[i], kLineWeight);
    }
    out_.path(style, data);
  }

  void line(const Line& m) {
    const std::vector<Polyline> pieces = strokes(scene_, m.points);
    stroke(stroked("line", m.tone, m.stroke), pieces);
    for (const Polyline& piece : pieces)
      if (piece.size() == 1) out_.circle(filled(m.tone), layout_.at(piece[0]), 3);  // a point between two gaps
  }

  void rule(const Rule& m) {
    const bool across = m.along == Along::horizontal;
    const double place = across ? scene_.y.at(m.at) : scene_.x.at(m.at);
    if (!(place >= 0 && place <= 1)) return;
    const Polyline ends = across ? Polyline{{0, place}, {1, place}} : Polyline{{place, 0}, {place, 1}};
    stroke(stroked("fine", m.tone, m.stroke), {ends});
    if (!m.text.empty()) rule_label(m.text, across, layout_.at(ends[0]), layout_.at(ends[1]));
  }

  /// Beside the rule, at the end where most room is.
  void rule_label(const std::string& text, bool across, Point start, Point end) {
    const double width = text_width(text, kSmallSize);
    rule_labels_.push_back(
        {text, across ? std::vector<Point>{{end.x - width - 4, end.y - 6}, {start.x + 6, start.y - 6}, {end.x - width - 4, end.y + 15}}
                      : std::vector<Point>{{end.x + 6, end.y + 12}, {end.x - width - 6, end.y + 12}, {start.x + 6, start.y - 8}}});
  }

  void arrows(const Arrows& m) {
    constexpr double kHead = 7.5;
    constexpr double kRoom = kDotRadius + 2.5;  // beside the dots at both ends
    for (std::size_t i = 1; i < m.points.size(); ++i) {
      for (const Polyline& piece : strokes(scene_, {m.points[i - 1], m.points[i]})) {
        const Point from = layout_.at(piece.front());
        const Point to = layout_.at(piece.back());
        const double length = std::hypot(to.x - from.x, to.y - from.y);
        if (length < 2 * kRoom + kHead) continue;
        const double dx = (to.x - from.x) / length;
        const double dy = (to.y - from.y) / length;
        const Point tip = {to.x - kRoom * dx, to.y - kRoom * dy};
        const Point start = {from.x + kRoom * dx, from.y + kRoom * dy};
        const Point neck = {tip.x - 0.8 * kHead * dx, tip.y - 0.8 * kHead * dy};
        out_.line(stroked("fine", m.tone), start, neck);
        crowd_.add(start, tip, kLineWeight);
        arrow_head(tip, dx, dy, kHead, out_, m.tone);
      }
    }
  }

  void tangents(const Tangents& m) {
    const double aspect = layout_.plot.height / layout_.plot.width;
    std::vector<Polyline> pieces;
    for (const Slope& slope : m.slopes)
      if (Polyline piece = tangent(scene_, slope, m.reach, aspect); !piece.empty()) pieces.push_back(std::move(piece));
    stroke(stroked("line", m.tone), pieces);
  }

  void dot(Marker marker, Tone tone, Point at, double radius) {
    draw_marker(marker, tone, at, radius, out_);
    crowd_.add(Box{at.x - radius, at.y - radius, 2 * radius, 2 * radius}, kDotWeight);
  }

  void path(const Path& m) {
    const std::vector<Polyline> pieces = strokes(scene_, m.points);
    stroke("under s-paper", pieces);
    stroke(stroked("line", m.tone), pieces);
    const std::vector<Placed> at = placed(scene_, m.points);
    Point last = {-100, -100};
    PathData steps;
    for (const Placed& p : at) {  // a dot for each step that is long enough to be seen
      const Point here = layout_.at(p.at);
      if (std::hypot(here.x - last.x, here.y - last.y) >= 7) steps.dot(here);
      last = here;
    }
    out_.path(stroked("dots", m.tone), steps);
  }

  void path_ends(const Path& m) {
    const std::vector<Placed> at = placed(scene_, m.points);
    if (!at.empty() && at.front().index == 0) dot(Marker::ring, m.tone, layout_.at(at.front().at), 5);
    if (!at.empty() && at.back().index + 1 == static_cast<int>(m.points.size())) dot(Marker::disc, m.tone, layout_.at(at.back().at), 5.5);
  }

  void dots(const Dots& m) {
    const std::vector<Placed> at = placed(scene_, m.points);
    const double radius = at.size() > 60 ? 2.8 : kDotRadius;
    for (auto p = at.rbegin(); p != at.rend(); ++p) dot(m.marker, m.tone, layout_.at(p->at), radius);  // the first ones on top
    if (!m.numbered) return;
    std::vector<Point> taken;
    for (const Placed& p : at) {
      const Point here = layout_.at(p.at);
      const auto same_dot = [here](Point other) { return std::hypot(other.x - here.x, other.y - here.y) < kSameDot; };
      if (std::any_of(taken.begin(), taken.end(), same_dot)) continue;  // one number for dots that look like one
      taken.push_back(here);
      labels_.push_back({here, std::to_string(p.index), 8, true});
    }
  }

  void note(const Note& m) {
    const Point at = scene_.at(m.at);
    if (at.x >= 0 && at.x <= 1 && at.y >= 0 && at.y <= 1) labels_.insert(labels_.begin(), {layout_.at(at), m.text, 8, false});
  }

  // ---- words ----

  struct RuleLabel {
    std::string text;
    std::vector<Point> candidates;  // left ends of baselines
  };

  static Box box_of(Point baseline, double width, double size) { return {baseline.x - 1, baseline.y - 0.8 * size, width + 2, size}; }

  /// The one of several places that has least under it. Where even that has a label or, for a dispensable one, a dot, none.
  void write_best(const std::string& text, const std::vector<Point>& candidates, double size, bool dispensable) {
    const double width = text_width(text, size) * 0.93;
    const Point* best = nullptr;
    double least = std::numeric_limits<double>::infinity();
    for (const Point& candidate : candidates) {
      const Box box = box_of(candidate, width, size);
      if (dispensable && crowd_.heaviest(box) >= kDotWeight) continue;
      const double sum = crowd_.sum(box);
      if (sum < least) least = sum, best = &candidate;
    }
    if (best == nullptr) return;
    out_.text("f-ink s-paper halo", *best, Align::left, text, size);
    crowd_.add(box_of(*best, width, size), kLabelWeight);
  }

  void place(const Label& label) {
    const double size = kSmallSize;
    const double width = text_width(label.text, size) * 0.93;
    const double right = label.at.x + label.gap;
    const double left = label.at.x - label.gap - width;
    const double above = label.at.y - label.gap;
    const double below = label.at.y + label.gap + 0.8 * size;
    const double level = label.at.y + 0.36 * size;
    const double middle = label.at.x - width / 2;
    write_best(
        label.text,
        {{middle, above}, {right, above}, {left, above}, {right, level}, {left, level}, {middle, below}, {right, below}, {left, below}},
        size, label.dispensable);
  }

  const Scene& scene_;
  const Figure& figure_;
  const Layout& layout_;
  SvgWriter& out_;
  Crowd crowd_;
  std::vector<Label> labels_;
  std::vector<RuleLabel> rule_labels_;
};

}  // namespace

void draw_marks(const Scene& scene, const Layout& layout, SvgWriter& out) { Painter(scene, layout, out).paint(); }

void draw_swatch(const LegendEntry& entry, Point at, SvgWriter& out) {
  const double width = swatch_width(entry.swatch);
  const Point end = {at.x + width, at.y};
  const Point middle = {at.x + width / 2, at.y};
  switch (entry.swatch) {
    case Swatch::line:
    case Swatch::slope: return out.line(stroked("line", entry.tone), at, end);
    case Swatch::dashed: return out.line(stroked("line", entry.tone, Stroke::dashed), at, end);
    case Swatch::dotted: return out.line(stroked("line", entry.tone, Stroke::dotted), at, end);
    case Swatch::disc: return draw_marker(Marker::disc, entry.tone, middle, kDotRadius, out);
    case Swatch::ring: return draw_marker(Marker::ring, entry.tone, middle, kDotRadius, out);
    case Swatch::cross: return draw_marker(Marker::cross, entry.tone, middle, kDotRadius, out);
    case Swatch::bar: return out.rectangle(filled(entry.tone), {at.x, at.y - 6, width, 12}, "rx=\"2\" ");
    case Swatch::path: out.line(stroked("line", entry.tone), at, end); return out.circle(filled(entry.tone), middle, kDotRadius);
    case Swatch::arrow: out.line(stroked("fine", entry.tone), at, {end.x - 6, end.y}); return arrow_head(end, 1, 0, 7.5, out, entry.tone);
  }
}

}  // namespace descent::inline v1::plot
