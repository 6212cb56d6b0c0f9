#pragma once

#include <string>
#include <vector>

#include <descent/plot/canvas.hpp>
#include <descent/plot/scene.hpp>
#include <descent/plot/terminal.hpp>

namespace descent::inline v1::plot {

/// The letter at the end of a curve, for one who sees no colours; 0 for an entry that needs none.
struct Tagged {
  LegendEntry entry = {};
  char tag = 0;
};

/// Letters for the lines and paths of the legend, where there are two or more and no colours tell them apart.
std::vector<Tagged> tagged(const std::vector<LegendEntry>& legend, Colour colour);

struct Ink {
  Colour colour = Colour::no;
  Glyphs glyphs = Glyphs::unicode;

  std::string words(const std::string& text) const { return shown(text, glyphs); }
  char32_t either(char32_t unicode, char ascii) const { return glyphs == Glyphs::unicode ? unicode : static_cast<char32_t>(ascii); }
};

/// Draws every mark but the bars.
void draw_marks(const Scene& scene, Canvas& canvas, Ink ink);

/// Draws the bars, one row each, those of a category together; their texts need `text_room` columns at the right.
void draw_bars(const Scene& scene, Canvas& canvas, Ink ink, int text_room);

char32_t marker_glyph(Marker marker, Ink ink);

}  // namespace descent::inline v1::plot
