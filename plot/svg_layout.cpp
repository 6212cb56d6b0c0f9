#include <descent/plot/svg_layout.hpp>

#include <algorithm>

#include <descent/plot/svg_writer.hpp>
#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr double kMargin = 18;
constexpr double kLegendRow = 20;
constexpr double kRemarkRow = 15;

double title_width(std::string_view text) { return text_width(text, kTitleSize) * 1.04; }  // semibold
double small_width(std::string_view text) { return text_width(text, kSmallSize); }

double widest(const std::vector<Tick>& ticks) {
  double width = 0;
  for (const Tick& tick : ticks) width = std::max(width, text_width(tick.text, kTickSize));
  return width;
}

std::vector<Tick> category_ticks(const std::vector<std::string>& names, const Track& track, double room) {
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (const double place = track.at(static_cast<double>(i)); place >= 0 && place <= 1)
      ticks.push_back({place, cut_to(printable(names[i]), room, kTickSize)});
  return ticks;
}

/// The room that texts at the ends of bars need beyond the longest bar.
double bar_text_room(const Figure& figure) {
  double room = 0;
  for (const Bars& bars : figure.bars)
    for (const std::string& text : bars.texts) room = std::max(room, text_width(text, kSmallSize));
  return room;
}

bool crowded(const std::vector<Tick>& ticks, double length) {
  double end = -1e9;
  for (const Tick& tick : ticks) {
    if (tick.text.empty()) continue;
    const double half = text_width(tick.text, kTickSize) / 2;
    if (tick.at * length - half < end + 10) return true;
    end = tick.at * length + half;
  }
  return false;
}

std::vector<Tick> x_ticks(const Scene& scene, double length) {
  if (!scene.figure.x.categories.empty())
    return category_ticks(scene.figure.x.categories, scene.x, length / static_cast<double>(scene.figure.x.categories.size()));
  int most = std::max(2, static_cast<int>(length / 75));
  while (most > 2 && crowded(scene.x.ticks(most), length)) --most;
  return scene.x.ticks(most);
}

std::vector<Tick> y_ticks(const Scene& scene, double length, double room) {
  if (!scene.figure.y.categories.empty()) return category_ticks(scene.figure.y.categories, scene.y, room);
  return scene.y.ticks(std::max(2, static_cast<int>(length / 48)));
}

/// Fills a page from the top: each part takes its height and hands on.
class Stacker {
 public:
  Stacker(const Scene& scene, double width) : scene_(scene), figure_(scene.figure) {
    page_.width = width;
    title();
    legend();
    plot();
    remarks();
    page_.height = y_ + 12;
  }
  Layout page() && { return std::move(page_); }

 private:
  double inner_width() const { return page_.width - 2 * kMargin; }

  void title() {
    y_ = 8;
    for (const std::string& line : wrapped(printable(figure_.title), inner_width(), title_width))
      page_.title.push_back({{kMargin, y_ += 21}, cut_to(line, inner_width(), kTitleSize)});
    y_ += 8;
  }

  void legend() {
    if (scene_.legend.empty()) return;
    double x = kMargin;
    for (LegendEntry entry : scene_.legend) {
      entry.label = cut_to(printable(entry.label), inner_width() - 30, kLabelSize);
      const double width = swatch_width(entry.swatch) + 7 + text_width(entry.label, kLabelSize);
      if (x > kMargin && x + width > page_.width - kMargin) x = kMargin, y_ += kLegendRow;
      page_.legend.push_back({{x, y_ + kLegendRow / 2}, entry});
      x += width + 20;
    }
    y_ += kLegendRow + 4;
  }

  void plot() {
    if (!figure_.y.label.empty()) page_.y_label = {{kMargin, y_ += 15}, cut_to(printable(figure_.y.label), inner_width(), kLabelSize)};
    y_ += 10;
    // The ticks' width decides the plot's left edge, the plot's height the number of ticks: judge the height first.
    const double height = (inner_width() - 40) * figure_.aspect;
    page_.y_ticks = y_ticks(scene_, height, 0.25 * page_.width);
    const double left = kMargin + widest(page_.y_ticks) + 10;
    page_.bar_text_room = std::min(bar_text_room(figure_), 0.25 * page_.width);
    page_.plot = {left, y_, page_.width - left - kMargin - page_.bar_text_room, height};
    page_.x_ticks = x_ticks(scene_, page_.plot.width);
    y_ += height + 20;
    if (!figure_.x.label.empty())
      page_.x_label = {{left + page_.plot.width / 2, y_ += 19}, cut_to(printable(figure_.x.label), page_.plot.width, kLabelSize)};
  }

  void remarks() {
    if (!figure_.remarks.empty()) y_ += 6;
    for (const std::string& remark : figure_.remarks)
      for (const std::string& line : wrapped(printable(remark), inner_width(), small_width))
        page_.remarks.push_back({{kMargin, y_ += kRemarkRow}, cut_to(line, inner_width(), kSmallSize)});
  }

  const Scene& scene_;
  const Figure& figure_;
  Layout page_;
  double y_ = 0;
};

}  // namespace

double swatch_width(Swatch swatch) {
  if (swatch == Swatch::bar) return 14;
  return swatch == Swatch::disc || swatch == Swatch::ring || swatch == Swatch::cross ? 10 : 22;
}

Layout laid_out(const Scene& scene, double width) { return Stacker(scene, width).page(); }

}  // namespace descent::inline v1::plot
