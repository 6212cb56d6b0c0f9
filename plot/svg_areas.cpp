#include <descent/plot/svg_areas.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <descent/plot/contour.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr int kShades = 16;
constexpr int kClassTones = 6;
constexpr double kDepth = 0.62;  // how dark the innermost band of a contour map gets

std::string opacity(double part) { return fmt::format("fill-opacity=\"{:.2f}\" ", part); }

Tone class_tone(int index) { return static_cast<Tone>(static_cast<int>(Tone::blue) + index % kClassTones); }

class AreaPainter {
 public:
  AreaPainter(const Scene& scene, const Layout& layout, SvgWriter& out)
      : scene_(scene), figure_(scene.figure), layout_(layout), out_(out) {}

  void paint() {
    for (const Cells& m : figure_.cells) cells(m);
    for (const Contours& m : figure_.contours) contours(m);
    if (!figure_.bars.empty()) all_bars();
  }

 private:
  void contours(const Contours& m) {
    const double each = 1 - std::pow(1 - kDepth, 1.0 / static_cast<double>(std::max<std::size_t>(m.levels.size(), 1)));
    for (auto level = m.levels.rbegin(); level != m.levels.rend(); ++level) {
      PathData data;
      for (const std::vector<Point>& ring : rings(m.grid, *level)) {
        std::vector<Point> places;
        for (const Point p : ring) places.push_back(layout_.at(clamped(scene_.at(p))));
        data.ring(places);
      }
      out_.path("f-blue s-blue hair", data, "fill-rule=\"evenodd\" " + opacity(each));
    }
  }

  /// To the frame; numbers that a log axis cannot show lie below it.
  static Point clamped(Point p) {
    const auto inside = [](double place) { return std::isnan(place) ? 0.0 : std::clamp(place, 0.0, 1.0); };
    return {inside(p.x), inside(p.y)};
  }

  // ---- cells: equal neighbours of a row are one rectangle, equal shades one path ----

  void cells(const Cells& m) {
    const Grid& g = m.grid;
    const bool classes = m.shade == Shade::classes;
    const std::vector<int> kinds = kinds_of(m);
    const int most = *std::max_element(kinds.begin(), kinds.end());
    for (int kind = classes ? 0 : 1; kind <= most; ++kind) {
      PathData data;
      for (int row = 0; row < g.rows; ++row) {
        const int* start = kinds.data() + static_cast<std::ptrdiff_t>(row) * g.columns;
        for (int from = 0; from < g.columns;) {
          int to = from + 1;
          while (to < g.columns && start[to] == start[from]) ++to;
          if (start[from] == kind) data.box(cell_box(g, from, to, row));
          from = to;
        }
      }
      const Tone tone = classes ? class_tone(kind) : Tone::blue;
      out_.path(filled(tone), data, "shape-rendering=\"crispEdges\" " + opacity(classes ? 0.3 : static_cast<double>(kind) / kShades));
    }
    if (!m.texts.empty()) cell_lines(g);
    for (std::size_t i = 0; i < m.texts.size(); ++i) cell_text(g, static_cast<int>(i), m.texts[i], !classes && kinds[i] > kShades * 0.55);
  }

  /// Class or shade of each cell; -1 for an unknown value.
  static std::vector<int> kinds_of(const Cells& m) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double v : m.grid.values)
      if (drawable(v)) low = std::min(low, v), high = std::max(high, v);
    std::vector<int> kinds;
    for (const double v : m.grid.values) {
      if (!drawable(v)) kinds.push_back(-1);
      else if (m.shade == Shade::classes) kinds.push_back(static_cast<int>(std::clamp(v, 0.0, 1e6)));
      else kinds.push_back(high > low ? static_cast<int>(std::lround((v - low) / (high - low) * kShades)) : 0);
    }
    return kinds;
  }

  Box cell_box(const Grid& g, int from, int to, int row) const {
    const auto x = [&](int column) { return g.x.low + (g.x.high - g.x.low) * column / g.columns; };
    const auto y = [&](int r) { return g.y.low + (g.y.high - g.y.low) * r / g.rows; };
    const Point a = layout_.at(clamped(scene_.at({x(from), y(row)})));
    const Point b = layout_.at(clamped(scene_.at({x(to), y(row + 1)})));
    return {std::min(a.x, b.x), std::min(a.y, b.y), std::abs(b.x - a.x), std::abs(b.y - a.y)};
  }

  void cell_lines(const Grid& g) {
    PathData lines;
    for (int column = 1; column < g.columns; ++column) {
      const double x = cell_box(g, column, column + 1, 0).left;
      lines.polyline({{x, layout_.plot.top}, {x, layout_.plot.bottom()}});
    }
    for (int row = 1; row < g.rows; ++row) {
      const double y = cell_box(g, 0, 1, row).top;
      lines.polyline({{layout_.plot.left, y}, {layout_.plot.right(), y}});
    }
    out_.path("thin s-grid", lines);
  }

  void cell_text(const Grid& g, int index, const std::string& text, bool on_dark) {
    const Box box = cell_box(g, index % g.columns, index % g.columns + 1, index / g.columns);
    const double size = std::min(kTickSize, 0.6 * box.height);
    if (text.empty() || text_width(text, size) > box.width) return;
    out_.text(on_dark ? "f-paper" : "f-ink", {box.left + box.width / 2, box.top + box.height / 2 + 0.35 * size}, Align::centre, text, size);
  }

  // ---- bars ----

  void all_bars() {
    const auto categories = static_cast<double>(figure_.y.categories.size());
    const double slot = layout_.plot.height / categories;
    const double thickness = 0.8 * slot / static_cast<double>(figure_.bars.size());
    for (std::size_t k = 0; k < figure_.bars.size(); ++k)
      for (std::size_t i = 0; i < figure_.bars[k].values.size(); ++i) {
        const double top = layout_.plot.top + (static_cast<double>(i) + 0.1) * slot + static_cast<double>(k) * thickness;
        bar(figure_.bars[k], i, {layout_.plot.left, top + 0.5, 0, std::max(1.0, thickness - 1.5)});
      }
  }

  void bar(const Bars& m, std::size_t i, Box box) {
    const double place = scene_.x.at(m.values[i]);
    if (std::isnan(place)) return;
    box.width = std::max(1.5, std::clamp(place, 0.0, 1.0) * layout_.plot.width);
    const bool pale = !m.pale.empty() && m.pale[i];
    out_.rectangle(filled(m.tone), box, pale ? "rx=\"1.5\" fill-opacity=\".42\" " : "rx=\"1.5\" ");
    if (m.texts.empty()) return;
    const double size = std::clamp(box.height, 8.0, kSmallSize);
    out_.text("f-ink", {box.right() + 5, box.top + box.height / 2 + 0.36 * size}, Align::left,
              cut_to(m.texts[i], layout_.bar_text_room, size), size);
  }

  const Scene& scene_;
  const Figure& figure_;
  const Layout& layout_;
  SvgWriter& out_;
};

}  // namespace

std::string_view name_of(Tone tone) {
  constexpr std::array<std::string_view, 9> names = {"ink", "ink", "faint", "blue", "orange", "green", "purple", "amber", "sky"};
  return names[static_cast<std::size_t>(tone)];
}

std::string filled(Tone tone) { return fmt::format("f-{}", name_of(tone)); }

void draw_areas(const Scene& scene, const Layout& layout, SvgWriter& out) { AreaPainter(scene, layout, out).paint(); }

}  // namespace descent::inline v1::plot
