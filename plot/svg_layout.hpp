#pragma once

#include <string>
#include <vector>

#include <descent/plot/crowd.hpp>
#include <descent/plot/scene.hpp>

namespace descent::inline v1::plot {

/// The type sizes of a figure, in pixels.
inline constexpr double kTitleSize = 16;
inline constexpr double kLabelSize = 12.5;
inline constexpr double kTickSize = 11.5;
inline constexpr double kSmallSize = 11;

struct PlacedText {
  Point at = {};  ///< left end of the baseline
  std::string text = {};
};

struct PlacedLegend {
  Point at = {};  ///< left end of the swatch, at half its height
  LegendEntry entry = {};
};

/// Where everything of a figure goes on the page; y downwards, in pixels.
struct Layout {
  double width = 0;
  double height = 0;
  Box plot = {};             ///< inside the axes
  double bar_text_room = 0;  ///< at its right, for the texts at the ends of bars
  std::vector<PlacedText> title = {};
  std::vector<PlacedLegend> legend = {};
  PlacedText y_label = {};
  PlacedText x_label = {};  ///< its middle, not its left end
  std::vector<Tick> x_ticks = {};
  std::vector<Tick> y_ticks = {};
  std::vector<PlacedText> remarks = {};

  Point at(Point place) const { return {plot.left + place.x * plot.width, plot.top + (1 - place.y) * plot.height}; }
};

Layout laid_out(const Scene& scene, double width);

/// The length of a legend's swatch.
double swatch_width(Swatch swatch);

}  // namespace descent::inline v1::plot
