#include <descent/plot/svg.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/plot/scene.hpp>
#include <descent/plot/svg_layout.hpp>
#include <descent/plot/svg_marks.hpp>
#include <descent/plot/svg_writer.hpp>
#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

/// What lies behind the marks: lines at the ticks of the axis that is read off.
void draw_grid(const Scene& scene, const Layout& page, SvgWriter& out) {
  const Figure& figure = scene.figure;
  if (!figure.cells.empty() || !figure.contours.empty()) return;
  PathData lines;
  if (figure.bars.empty()) {
    for (const Tick& tick : page.y_ticks)
      if (!tick.text.empty()) lines.polyline({page.at({0, tick.at}), page.at({1, tick.at})});
  } else {
    for (const Tick& tick : page.x_ticks)
      if (!tick.text.empty()) lines.polyline({page.at({tick.at, 0}), page.at({tick.at, 1})});
  }
  out.path("thin s-grid", lines);
}

void draw_ticks(const Scene& scene, const Layout& page, SvgWriter& out) {
  PathData marks;
  const bool bars = !scene.figure.bars.empty();
  for (const Tick& tick : page.x_ticks) {
    const Point at = page.at({tick.at, 0});
    if (!bars) marks.polyline({at, {at.x, at.y + (tick.text.empty() ? 3 : 5)}});
    if (!tick.text.empty()) out.text("f-faint", {at.x, at.y + 18}, Align::centre, tick.text, kTickSize);
  }
  for (const Tick& tick : page.y_ticks) {
    const Point at = page.at({0, tick.at});
    if (!bars) marks.polyline({at, {at.x - (tick.text.empty() ? 3 : 5), at.y}});
    if (!tick.text.empty()) out.text(bars ? "f-ink" : "f-faint", {at.x - 9, at.y + 0.36 * kTickSize}, Align::right, tick.text, kTickSize);
  }
  out.path("thin s-axis", marks);
}

void draw_axes(const Scene& scene, const Layout& page, SvgWriter& out) {
  PathData axes;
  if (!scene.figure.cells.empty() || !scene.figure.contours.empty()) axes.box(page.plot);
  else if (!scene.figure.bars.empty()) axes.polyline({page.at({0, 1}), page.at({0, 0})});
  else axes.polyline({page.at({0, 1}), page.at({0, 0}), page.at({1, 0})});
  out.path("thin s-axis", axes);
}

void draw_words(const Layout& page, SvgWriter& out) {
  for (const PlacedText& line : page.title) out.text("f-ink bold", line.at, Align::left, line.text, kTitleSize);
  for (const PlacedLegend& legend : page.legend) {
    draw_swatch(legend.entry, legend.at, out);
    out.text("f-ink", {legend.at.x + swatch_width(legend.entry.swatch) + 7, legend.at.y + 0.36 * kLabelSize}, Align::left,
             legend.entry.label, kLabelSize);
  }
  if (!page.y_label.text.empty()) out.text("f-faint", page.y_label.at, Align::left, page.y_label.text, kLabelSize);
  if (!page.x_label.text.empty()) out.text("f-faint", page.x_label.at, Align::centre, page.x_label.text, kLabelSize);
  for (const PlacedText& line : page.remarks) out.text("f-faint", line.at, Align::left, line.text, kSmallSize);
}

}  // namespace

std::string to_svg(const Figure& figure, SvgOptions options) {
  if (!(options.width >= 240 && options.width <= 4000))
    throw ValueError(fmt::format("plot: an SVG width of {} pixels; it must lie in [240, 4000]", options.width));
  const Scene scene = staged(figure);
  const Layout page = laid_out(scene, options.width);
  SvgWriter out;
  out.raw(
      fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"descent-figure\" role=\"img\" width=\"{0}\" height=\"{1}\" "
                  "viewBox=\"0 0 {0} {1}\">\n",
                  px(page.width), px(page.height)));
  out.raw(fmt::format("<title>{}</title>\n", xml_escaped(figure.title)));
  if (!figure.summary.empty()) out.raw(fmt::format("<desc>{}</desc>\n", xml_escaped(figure.summary)));
  if (options.style_inside) out.raw("<style>\n" + svg_style() + "</style>\n");
  out.rectangle("f-paper", {0, 0, page.width, page.height}, "rx=\"6\" ");
  draw_grid(scene, page, out);
  draw_marks(scene, page, out);
  draw_axes(scene, page, out);
  draw_ticks(scene, page, out);
  draw_words(page, out);
  out.raw("</svg>\n");
  return out.result();
}

}  // namespace descent::inline v1::plot
