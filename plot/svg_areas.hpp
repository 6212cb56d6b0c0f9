#pragma once

#include <string>
#include <string_view>

#include <descent/plot/scene.hpp>
#include <descent/plot/svg_layout.hpp>
#include <descent/plot/svg_writer.hpp>

namespace descent::inline v1::plot {

/// Draws the marks that fill areas, which lie under all others: cells, contours, bars.
void draw_areas(const Scene& scene, const Layout& layout, SvgWriter& out);

/// "blue": the name of a tone in the style sheet.
std::string_view name_of(Tone tone);
/// The class of what is filled with it.
std::string filled(Tone tone);

}  // namespace descent::inline v1::plot
