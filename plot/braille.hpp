#pragma once

#include <string>

#include <descent/plot/figure.hpp>
#include <descent/plot/terminal.hpp>

namespace descent::inline v1::plot {

struct TerminalOptions {
  int columns = kMostColumns;  ///< 40 to 80, of the longest line
  int rows = 18;               ///< 4 to 200, inside the axes
  Colour colour = Colour::no;
  Glyphs glyphs = Glyphs::unicode;
};

/// A figure in characters: curves in braille dots, numbered points as digits, bars as blocks; lines end in "\n" and are at most
/// `columns` wide. Without colours, curves that a legend names end in a letter; with plain glyphs everything is ASCII.
///
/// throws  ValueError, as `staged` does, and for options out of range
std::string to_terminal(const Figure& figure, TerminalOptions options = {});

}  // namespace descent::inline v1::plot
