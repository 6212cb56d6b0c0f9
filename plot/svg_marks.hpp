#pragma once

#include <descent/plot/scene.hpp>
#include <descent/plot/svg_layout.hpp>
#include <descent/plot/svg_writer.hpp>

namespace descent::inline v1::plot {

/// Draws the marks of a scene, then the words among them where there is room.
void draw_marks(const Scene& scene, const Layout& layout, SvgWriter& out);

/// One mark of a legend, `at` its left end, at half its height.
void draw_swatch(const LegendEntry& entry, Point at, SvgWriter& out);

}  // namespace descent::inline v1::plot
