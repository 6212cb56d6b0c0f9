#pragma once

#include <string>
#include <vector>

#include <descent/plot/figure.hpp>
#include <descent/plot/track.hpp>

namespace descent::inline v1::plot {

enum class Swatch : std::uint8_t { line, dashed, dotted, slope, disc, ring, cross, bar, path, arrow };

struct LegendEntry {
  std::string label = {};
  Tone tone = Tone::ink;
  Swatch swatch = Swatch::line;
};

/// A figure made ready for drawing: its errors thrown, its colours and ranges chosen, what cannot be drawn counted in its remarks.
/// Places are fractions of the part inside the axes, y upwards.
struct Scene {
  Figure figure;  ///< no tone is `automatic` any more
  Track x;
  Track y;
  std::vector<LegendEntry> legend;

  Point at(Point p) const { return {x.at(p.x), y.at(p.y)}; }
};

/// throws  ValueError: a figure without marks, a range that is empty or that its scale cannot show, a grid whose size is not its
///         number of values, lists of a mark that differ in length, bars without categories, levels that do not ascend
Scene staged(Figure figure);

using Polyline = std::vector<Point>;

/// The pieces of a polyline that lie inside the axes, in places; a gap where a point cannot be drawn; a single
/// point between gaps is a piece of its own.
std::vector<Polyline> strokes(const Scene& scene, const std::vector<Point>& points);

struct Placed {
  Point at = {};
  int index = 0;  ///< among the mark's points
};

/// The points that lie inside the axes.
std::vector<Placed> placed(const Scene& scene, const std::vector<Point>& points);

/// The tangent at a point, `reach` of the width to either side. `aspect` is height over width on the page.
Polyline tangent(const Scene& scene, const Slope& slope, double reach, double aspect);

}  // namespace descent::inline v1::plot
