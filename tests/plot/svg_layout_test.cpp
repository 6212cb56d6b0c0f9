#include <descent/plot/svg_layout.hpp>

#include <descent/plot/svg_writer.hpp>
#include <descent/tests/catch.hpp>

using namespace descent::plot;

namespace {

Figure crowded() {
  Figure f = {.title = "A title that is far too long for one line of a page that is only three hundred pixels wide, so it wraps",
              .x = {.label = "step"},
              .y = {.label = "cost", .scale = Scale::log},
              .remarks = {"A remark that is so long that it needs a second line on this page as well, if not a third."}};
  for (int i = 0; i < 8; ++i) f.lines.push_back({.points = {{0, 1e-9}, {123456, 1e9}}, .label = "rate number " + std::to_string(i)});
  return f;
}

}  // namespace

TEST_CASE("svg_layout: everything lies on the page, parts under each other") {
  for (const double width : {300.0, 720.0}) {
    const Layout page = laid_out(staged(crowded()), width);
    CHECK(page.plot.left > 0);
    CHECK(page.plot.right() < width);
    CHECK(page.title.size() >= 1);
    CHECK(page.title.back().at.y < page.legend.front().at.y);
    CHECK(page.legend.back().at.y < page.y_label.at.y);
    CHECK(page.y_label.at.y < page.plot.top);
    CHECK(page.plot.bottom() < page.x_label.at.y);
    CHECK(page.x_label.at.y < page.remarks.front().at.y);
    CHECK(page.remarks.back().at.y < page.height);
    for (const PlacedLegend& entry : page.legend)
      CHECK(entry.at.x + swatch_width(entry.entry.swatch) + text_width(entry.entry.label, kLabelSize) < width);
  }
}

TEST_CASE("svg_layout: tick labels do not touch") {
  for (const double width : {240.0, 400.0, 720.0}) {
    const Layout page = laid_out(staged(crowded()), width);
    double end = -100;
    for (const Tick& tick : page.x_ticks) {
      const double half = text_width(tick.text, kTickSize) / 2;
      CHECK(tick.at * page.plot.width - half > end);
      end = tick.at * page.plot.width + half;
    }
  }
}

TEST_CASE("svg_layout: words of any length leave the plot its room") {
  const std::string endless(300, 'w');
  const Figure f = {.title = endless,
                    .x = {.label = endless, .categories = {endless, endless}},
                    .y = {.label = endless, .categories = {endless, "b"}},
                    .bars = {{.values = {1, 2}, .label = endless, .texts = {endless, ""}}},
                    .remarks = {endless}};
  const Layout page = laid_out(staged(f), 240);
  CHECK(page.plot.width > 0.25 * 240);
  CHECK(text_width(page.title[0].text, kTitleSize) < 240);
  CHECK(text_width(page.legend[0].entry.label, kLabelSize) < 240);
  CHECK(text_width(page.remarks[0].text, kSmallSize) < 240);
}

TEST_CASE("svg_layout: the texts of bars have their room at the right") {
  const Figure f = {.y = {.categories = {"a"}}, .bars = {{.values = {1}, .texts = {"a text, 17 chars"}}}};
  const Layout page = laid_out(staged(f), 400);
  CHECK(page.plot.right() + 5 + text_width("a text, 17 chars", kSmallSize) < 400);
}
