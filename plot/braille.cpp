#include <descent/plot/braille.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/plot/braille_marks.hpp>
#include <descent/plot/canvas.hpp>
#include <descent/plot/scene.hpp>
#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

double display_width(std::string_view text) { return columns_of(text); }

void check(const TerminalOptions& options) {
  if (options.columns < kFewestColumns || options.columns > kMostColumns)
    throw ValueError(
        fmt::format("plot: a terminal of {} columns; the width must lie in [{}, {}]", options.columns, kFewestColumns, kMostColumns));
  if (options.rows < 4 || options.rows > 200)
    throw ValueError(fmt::format("plot: {} rows in the terminal; they must lie in [4, 200]", options.rows));
}

std::string utf8(char32_t glyph) {
  std::string text;
  append_utf8(text, glyph);
  return text;
}

std::string repeated(char32_t glyph, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) append_utf8(text, glyph);
  return text;
}

/// Builds the page line by line.
class Page {
 public:
  Page(Scene scene, TerminalOptions options)
      : scene_(std::move(scene)),
        figure_(scene_.figure),
        options_(options),
        ink_{options.colour, options.glyphs},
        bars_(!figure_.bars.empty()) {}

  std::string text() {
    words(figure_.title, Tone::ink);
    legend();
    words(figure_.y.label, Tone::faint);
    plot();
    if (!figure_.x.label.empty())
      line(std::string(static_cast<std::size_t>(gutter_), ' ') + coloured(centred(figure_.x.label), Tone::faint, ink_.colour));
    for (const std::string& remark : figure_.remarks) words(remark, Tone::faint);
    return std::move(text_);
  }

 private:
  void line(std::string_view text) { text_.append(text).append("\n"); }

  std::string cut(const std::string& text, int columns) const { return shortened(text, columns, ink_.glyphs); }

  void words(const std::string& text, Tone tone) {
    for (const std::string& part : wrapped(ink_.words(text), options_.columns, display_width))
      line(coloured(cut(part, options_.columns), tone, ink_.colour));
  }

  std::string centred(const std::string& text) const {
    const std::string short_text = cut(text, options_.columns - gutter_);
    const int before = (options_.columns - gutter_ - columns_of(short_text)) / 2;
    return std::string(static_cast<std::size_t>(before), ' ') + short_text;
  }

  // ---- legend ----

  std::string swatch(const Tagged& tagged) const {
    if (tagged.tag != 0) return std::string(1, tagged.tag);
    switch (tagged.entry.swatch) {
      case Swatch::disc: return utf8(marker_glyph(Marker::disc, ink_));
      case Swatch::ring: return utf8(marker_glyph(Marker::ring, ink_));
      case Swatch::cross: return utf8(marker_glyph(Marker::cross, ink_));
      case Swatch::bar: return utf8(ink_.either(U'█', '#'));
      case Swatch::slope: return repeated(ink_.either(U'┄', '.'), 2);
      case Swatch::arrow: return ink_.words("→");
      default: return repeated(ink_.either(U'━', '-'), 2);
    }
  }

  void legend() {
    if (bars_ || scene_.legend.empty()) return;  // bars carry their names
    std::string row;
    int used = 0;
    for (const Tagged& entry : tagged(scene_.legend, ink_.colour)) {
      const std::string mark = swatch(entry);
      const std::string label = cut(entry.entry.label, options_.columns - 4);
      const int width = columns_of(mark) + 1 + columns_of(label);
      if (used > 0 && used + 3 + width > options_.columns) line(std::exchange(row, {})), used = 0;
      if (used > 0) row += "   ";
      row += coloured(mark, entry.entry.tone, ink_.colour) + " " + label;
      used += (used > 0 ? 3 : 0) + width;
    }
    line(row);
  }

  // ---- the part inside the axes, and what stands beside it ----

  int rows() const {
    const auto categories = static_cast<int>(figure_.y.categories.size());
    if (bars_) return categories * static_cast<int>(figure_.bars.size());
    return categories == 0 ? options_.rows : categories * std::max(1, options_.rows / categories);
  }

  static int widest(const std::vector<std::string>& texts) {
    int width = 0;
    for (const std::string& text : texts) width = std::max(width, columns_of(text));
    return width;
  }

  /// So that the labels leave more than half of the page to the plot.
  int label_limit() const { return options_.columns / 5; }

  /// What stands left of each row.
  std::vector<std::string> row_labels(int rows) const {
    std::vector<std::string> labels(static_cast<std::size_t>(rows));
    if (bars_) return bar_labels(labels.size());
    const auto at = [&](double place) { return static_cast<std::size_t>(std::clamp(static_cast<int>((1 - place) * rows), 0, rows - 1)); };
    for (std::size_t i = 0; i < figure_.y.categories.size(); ++i)
      if (const double place = scene_.y.at(static_cast<double>(i)); place >= 0 && place <= 1)
        labels[at(place)] = cut(figure_.y.categories[i], label_limit());
    if (figure_.y.categories.empty())
      for (const Tick& tick : scene_.y.ticks(std::max(2, rows / 3)))
        if (!tick.text.empty()) labels[at(tick.at)] = cut(tick.text, label_limit());
    return labels;
  }

  std::vector<std::string> bar_labels(std::size_t rows) const {
    std::vector<std::string> names;
    for (const Bars& bars : figure_.bars) names.push_back(cut(bars.label, label_limit()));
    std::vector<std::string> categories;
    for (const std::string& category : figure_.y.categories) categories.push_back(cut(category, label_limit()));
    const int category_width = widest(categories);
    const int name_width = widest(names);
    std::vector<std::string> labels;
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t k = row % names.size();
      labels.push_back(fitted(k == 0 ? categories[row / names.size()] : "", category_width, Align::right) + "  " +
                       fitted(names[k], name_width));
    }
    return labels;
  }

  int bar_text_room() const {
    int room = 0;
    for (const Bars& bars : figure_.bars)
      for (const std::string& text : bars.texts) room = std::max(room, columns_of(ink_.words(text)) + 1);
    return room;
  }

  void plot() {
    const int rows = this->rows();
    const std::vector<std::string> labels = row_labels(rows);
    const int label_width = widest(labels);
    gutter_ = label_width + 2;
    Canvas canvas(options_.columns - gutter_, rows, options_.glyphs);
    const int text_room = bars_ ? std::min(bar_text_room(), canvas.columns() / 2) : 0;
    if (bars_) draw_bars(scene_, canvas, ink_, text_room);
    draw_marks(scene_, canvas, ink_);
    for (int row = 0; row < rows; ++row) {
      const std::string& label = labels[static_cast<std::size_t>(row)];
      const bool tick = !label.empty() && !bars_;
      line(fitted(label, label_width, Align::right) + " " + utf8(tick ? ink_.either(U'┤', '+') : ink_.either(U'│', '|')) +
           canvas.row(row, ink_.colour));
    }
    x_axis(canvas.columns() - text_room);
  }

  struct Label {
    int column;
    std::string text;
  };

  /// Tick labels that do not touch, by their middle columns.
  std::vector<Label> x_labels(int width) const {
    std::vector<Tick> ticks;
    for (std::size_t i = 0; i < figure_.x.categories.size(); ++i)
      ticks.push_back({scene_.x.at(static_cast<double>(i)), figure_.x.categories[i]});
    for (int most = std::max(2, width / 9); figure_.x.categories.empty() && most >= 1; --most) {
      ticks = scene_.x.ticks(most);
      if (most == 1 || !crowded(ticks, width)) break;
    }
    std::vector<Label> labels;
    for (const Tick& tick : ticks)
      if (!tick.text.empty() && tick.at >= 0 && tick.at <= 1)
        labels.push_back({static_cast<int>(std::lround(tick.at * (width - 1))), cut(tick.text, 10)});
    return labels;
  }

  bool crowded(const std::vector<Tick>& ticks, int width) const {
    double end = -10;
    for (const Tick& tick : ticks) {
      if (tick.text.empty()) continue;
      const double half = columns_of(tick.text) / 2.0;
      if (tick.at * width - half < end + 2) return true;
      end = tick.at * width + half;
    }
    return false;
  }

  void x_axis(int width) {
    std::vector<char32_t> axis(static_cast<std::size_t>(width), ink_.either(U'─', '-'));
    const std::vector<Label> labels = x_labels(width);
    for (const Label& label : labels) axis[static_cast<std::size_t>(label.column)] = ink_.either(U'┬', '+');
    std::string text = std::string(static_cast<std::size_t>(gutter_ - 1), ' ') + utf8(ink_.either(U'└', '+'));
    for (const char32_t glyph : axis) append_utf8(text, glyph);
    line(text);
    std::string row;
    int used = 0;
    for (const Label& label : labels) {
      const int size = columns_of(label.text);
      const int wanted = std::min(gutter_ + label.column - (size - 1) / 2, options_.columns - size);
      const int start = std::max(wanted, used == 0 ? 0 : used + 1);
      if (start + size > options_.columns) break;
      row.append(static_cast<std::size_t>(start - used), ' ').append(label.text);
      used = start + size;
    }
    line(row);
  }

  Scene scene_;
  const Figure& figure_;
  TerminalOptions options_;
  Ink ink_;
  bool bars_;
  int gutter_ = 0;
  std::string text_;
};

}  // namespace

std::string to_terminal(const Figure& figure, TerminalOptions options) {
  check(options);
  return Page(staged(figure), options).text();
}

}  // namespace descent::inline v1::plot
