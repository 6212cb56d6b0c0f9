#include <descent/plot/braille_marks.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <descent/plot/contour.hpp>
#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr std::size_t kMostLevels = 5;  // more lines than that run into each other
constexpr std::size_t kManyDots = 60;

bool is_curve(Swatch s) { return s == Swatch::line || s == Swatch::dashed || s == Swatch::dotted || s == Swatch::path; }

struct Pattern {
  int on = 1;
  int off = 0;
};

Pattern pattern_of(Stroke stroke) { return stroke == Stroke::solid ? Pattern{} : stroke == Stroke::dashed ? Pattern{3, 2} : Pattern{1, 2}; }

class Plotter {
 public:
  Plotter(const Scene& scene, Canvas& canvas, Ink ink)
      : scene_(scene), figure_(scene.figure), canvas_(canvas), ink_(ink), tags_(tagged(scene.legend, ink.colour)) {}

  void plot() {
    for (const Cells& m : figure_.cells) cells(m);
    for (const Contours& m : figure_.contours) contours(m);
    for (const Rule& m : figure_.rules) rule(m);
    for (const Arrows& m : figure_.arrows) stroke(m.points, m.tone, {1, 4});
    for (const Tangents& m : figure_.tangents) tangents(m);
    for (const Line& m : figure_.lines) stroke(m.points, m.tone, pattern_of(m.stroke));
    for (const Path& m : figure_.paths) stroke(m.points, m.tone, {});
    for (const Path& m : figure_.paths) path_ends(m);
    for (const Dots& m : figure_.dots) dots(m);
    for (const Line& m : figure_.lines) tag(m.label, m.points, m.tone);
    for (const Path& m : figure_.paths) tag(m.label, m.points, m.tone);
    for (const Note& m : figure_.notes) note(m);
  }

 private:
  int dot_x(double place) const { return static_cast<int>(std::lround(place * (canvas_.dots_across() - 1))); }
  int dot_y(double place) const { return static_cast<int>(std::lround((1 - place) * (canvas_.dots_down() - 1))); }
  int column_of(Point p) const { return canvas_.column_of_dot(dot_x(p.x)); }
  int row_of(Point p) const { return canvas_.row_of_dot(dot_y(p.y)); }

  void polyline(const Polyline& piece, Tone tone, Pattern pattern) {
    if (piece.size() == 1) canvas_.dot(dot_x(piece[0].x), dot_y(piece[0].y), tone);
    for (std::size_t i = 1; i < piece.size(); ++i)
      canvas_.line(dot_x(piece[i - 1].x), dot_y(piece[i - 1].y), dot_x(piece[i].x), dot_y(piece[i].y), tone, pattern.on, pattern.off);
  }

  void stroke(const std::vector<Point>& points, Tone tone, Pattern pattern) {
    for (const Polyline& piece : strokes(scene_, points)) polyline(piece, tone, pattern);
  }

  void tangents(const Tangents& m) {
    const double aspect = 2.0 * canvas_.rows() / canvas_.columns();  // a character is about twice as high as wide
    for (const Slope& slope : m.slopes) polyline(tangent(scene_, slope, m.reach, aspect), m.tone, {1, 1});
  }

  void rule(const Rule& m) {
    const bool across = m.along == Along::horizontal;
    const double place = across ? scene_.y.at(m.at) : scene_.x.at(m.at);
    if (!(place >= 0 && place <= 1)) return;
    const Polyline ends = across ? Polyline{{0, place}, {1, place}} : Polyline{{place, 0}, {place, 1}};
    polyline(ends, m.tone, {1, 3});
    const std::string text = ink_.words(m.text);
    const int width = columns_of(text);
    if (across) {
      const int above = row_of(ends[1]) - 1;
      canvas_.write(canvas_.columns() - width, above >= 0 ? above : above + 2, text, Tone::ink);
    } else {
      const int right = column_of(ends[1]) + 2;
      canvas_.write(right + width <= canvas_.columns() ? right : right - 3 - width, 0, text, Tone::ink);
    }
  }

  void contours(const Contours& m) {
    const std::size_t stride = std::max<std::size_t>(1, (m.levels.size() + kMostLevels - 1) / kMostLevels);
    for (std::size_t i = 0; i < m.levels.size(); i += stride)
      for (std::vector<Point> ring : rings(m.grid, m.levels[i])) {
        ring.push_back(ring.front());
        for (std::size_t k = 1; k < ring.size(); ++k)
          if (!along_edge(m.grid, ring[k - 1], ring[k])) stroke({ring[k - 1], ring[k]}, Tone::faint, {1, 1});
      }
  }

  static bool along_edge(const Grid& g, Point a, Point b) {
    const auto both = [](double p, double q, double edge) { return p == edge && q == edge; };
    return both(a.x, b.x, g.x.low) || both(a.x, b.x, g.x.high) || both(a.y, b.y, g.y.low) || both(a.y, b.y, g.y.high);
  }

  void path_ends(const Path& m) {
    const std::vector<Placed> at = placed(scene_, m.points);
    if (at.empty()) return;
    if (at.front().index == 0) canvas_.put(column_of(at.front().at), row_of(at.front().at), marker_glyph(Marker::ring, ink_), m.tone);
    if (at.back().index + 1 == static_cast<int>(m.points.size()))
      canvas_.put(column_of(at.back().at), row_of(at.back().at), marker_glyph(Marker::disc, ink_), m.tone);
  }

  void dots(const Dots& m) {
    const std::vector<Placed> at = placed(scene_, m.points);
    const char32_t glyph = at.size() > kManyDots && m.marker == Marker::disc ? ink_.either(U'•', 'o') : marker_glyph(m.marker, ink_);
    for (const Placed& p : at) {
      const std::string number = std::to_string(p.index);
      const int width = static_cast<int>(number.size());
      const int column = std::min(column_of(p.at), canvas_.columns() - width);
      if (!m.numbered) canvas_.put(column_of(p.at), row_of(p.at), glyph, m.tone);
      else if (!canvas_.written(column, row_of(p.at), width)) canvas_.write(column, row_of(p.at), number, m.tone);
    }
  }

  /// The curve's letter at its last place that no other character has.
  void tag(const std::string& label, const std::vector<Point>& points, Tone tone) {
    const auto entry = std::find_if(tags_.begin(), tags_.end(),
                                    [&](const Tagged& t) { return t.tag != 0 && t.entry.label == label && t.entry.tone == tone; });
    if (entry == tags_.end()) return;
    const std::vector<Polyline> pieces = strokes(scene_, points);
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece)
      for (auto p = piece->rbegin(); p != piece->rend(); ++p)
        if (!canvas_.written(column_of(*p), row_of(*p), 1))
          return canvas_.put(column_of(*p), row_of(*p), static_cast<char32_t>(entry->tag), tone);
  }

  void note(const Note& m) {
    const std::vector<Placed> at = placed(scene_, {m.at});
    if (at.empty()) return;
    const std::string text = ink_.words(m.text);
    const int width = columns_of(text);
    const int left = std::clamp(column_of(at[0].at) - width / 2, 0, std::max(0, canvas_.columns() - width));
    const int row = row_of(at[0].at);
    canvas_.write(left, row > 0 ? row - 1 : row + 1, text, Tone::ink);
  }

  // ---- cells ----

  void cells(const Cells& m) {
    if (!m.texts.empty()) return cell_texts(m);
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double v : m.grid.values)
      if (drawable(v)) low = std::min(low, v), high = std::max(high, v);
    for (int row = 0; row < canvas_.rows(); ++row)
      for (int column = 0; column < canvas_.columns(); ++column) {
        const double v = value_at(m.grid, (column + 0.5) / canvas_.columns(), 1 - (row + 0.5) / canvas_.rows());
        if (drawable(v)) shade(m.shade, column, row, m.shade == Shade::classes ? v : high > low ? (v - low) / (high - low) : 0);
      }
  }

  /// The value of the cell at a place; NaN outside the grid.
  double value_at(const Grid& g, double x, double y) const {
    const auto part = [](Range r, double value) { return (value - r.low) / (r.high - r.low); };
    const double across = part(g.x, scene_.x.value(x)) * g.columns;
    const double up = part(g.y, scene_.y.value(y)) * g.rows;
    if (!(across >= 0 && across < g.columns && up >= 0 && up < g.rows)) return std::numeric_limits<double>::quiet_NaN();
    return g.values[static_cast<std::size_t>(up) * static_cast<std::size_t>(g.columns) + static_cast<std::size_t>(across)];
  }

  void shade(Shade kind, int column, int row, double value) {
    constexpr std::u32string_view blocks = U" ░▒▓█";
    constexpr std::string_view plain = " .:+#";
    const auto pick = [&](int i) { return ink_.either(blocks[static_cast<std::size_t>(i)], plain[static_cast<std::size_t>(i)]); };
    if (kind == Shade::strength) return canvas_.put(column, row, pick(static_cast<int>(std::lround(value * 4))), Tone::blue);
    const int index = static_cast<int>(std::clamp(value, 0.0, 1e6));
    const auto tone = static_cast<Tone>(static_cast<int>(Tone::blue) + index % 6);
    const bool coloured = ink_.colour == Colour::yes;
    if (coloured || index % 5 != 0) canvas_.put(column, row, pick(coloured ? 1 : index % 5), tone);
  }

  void cell_texts(const Cells& m) {
    const Grid& g = m.grid;
    for (int row = 0; row < g.rows; ++row)
      for (int column = 0; column < g.columns; ++column) {
        const auto index = static_cast<std::size_t>(row) * static_cast<std::size_t>(g.columns) + static_cast<std::size_t>(column);
        const std::string text = ink_.words(m.texts[index].empty() ? "·" : m.texts[index]);
        const auto middle = [](Range r, int i, int count) { return r.low + (r.high - r.low) * (i + 0.5) / count; };
        for (const Placed& p : placed(scene_, {{middle(g.x, column, g.columns), middle(g.y, row, g.rows)}}))
          canvas_.write(static_cast<int>(p.at.x * canvas_.columns()) - (columns_of(text) - 1) / 2,
                        std::min(canvas_.rows() - 1, static_cast<int>((1 - p.at.y) * canvas_.rows())), text, Tone::ink);
      }
  }

  const Scene& scene_;
  const Figure& figure_;
  Canvas& canvas_;
  Ink ink_;
  std::vector<Tagged> tags_;
};

/// A bar of eighths of a character.
void draw_bar(Canvas& canvas, int row, double length, bool pale, Tone tone, Ink ink) {
  constexpr std::array<char32_t, 8> eighths = {U' ', U'▏', U'▎', U'▍', U'▌', U'▋', U'▊', U'▉'};
  const int whole = static_cast<int>(length);
  for (int i = 0; i < whole; ++i) canvas.put(i, row, pale ? ink.either(U'░', '=') : ink.either(U'█', '#'), tone);
  const auto rest = static_cast<std::size_t>((length - whole) * 8);
  if (pale || ink.glyphs == Glyphs::ascii) return;
  if (rest > 0 || whole == 0) canvas.put(whole, row, eighths[std::max<std::size_t>(rest, 1)], tone);
}

}  // namespace

char32_t marker_glyph(Marker marker, Ink ink) {
  if (marker == Marker::disc) return ink.either(U'●', 'o');
  return marker == Marker::ring ? ink.either(U'○', 'O') : ink.either(U'×', 'x');
}

std::vector<Tagged> tagged(const std::vector<LegendEntry>& legend, Colour colour) {
  const auto curves = std::count_if(legend.begin(), legend.end(), [](const LegendEntry& e) { return is_curve(e.swatch); });
  std::vector<Tagged> entries;
  char next = 'a';
  for (const LegendEntry& entry : legend) {
    const bool needs_tag = colour == Colour::no && curves > 1 && is_curve(entry.swatch) && next <= 'z';
    entries.push_back({entry, needs_tag ? next++ : '\0'});
  }
  return entries;
}

void draw_marks(const Scene& scene, Canvas& canvas, Ink ink) { Plotter(scene, canvas, ink).plot(); }

void draw_bars(const Scene& scene, Canvas& canvas, Ink ink, int text_room) {
  const int across = canvas.columns() - text_room;
  int row = 0;
  for (std::size_t i = 0; i < scene.figure.y.categories.size(); ++i)
    for (const Bars& bars : scene.figure.bars) {
      const double place = scene.x.at(bars.values[i]);
      const double length = std::isnan(place) ? 0 : std::clamp(place, 0.0, 1.0) * across;
      if (!std::isnan(place)) draw_bar(canvas, row, length, !bars.pale.empty() && bars.pale[i], bars.tone, ink);
      if (!bars.texts.empty()) canvas.write(static_cast<int>(std::ceil(length)) + 1, row, ink.words(bars.texts[i]), Tone::ink);
      ++row;
    }
}

}  // namespace descent::inline v1::plot
