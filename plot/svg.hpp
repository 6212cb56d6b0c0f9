#pragma once

#include <string>

#include <descent/plot/figure.hpp>

namespace descent::inline v1::plot {

struct SvgOptions {
  double width = 720;        ///< pixels, 240 to 4000; the height follows from the figure
  bool style_inside = true;  ///< false where the page around it carries `svg_style()`
};

/// A figure as SVG text that stands alone: no script, no font, no other file. Light or dark as the reader prefers; its title and
/// summary are read aloud. Text of any origin is escaped.
///
/// cost    curves of many points are thinned to what the width can show, so the text stays small
/// throws  ValueError, as `staged` does, and for a width out of range
std::string to_svg(const Figure& figure, SvgOptions options = {});

/// The style sheet of every figure: its rules hold inside class `descent-figure` only.
std::string svg_style();

}  // namespace descent::inline v1::plot
