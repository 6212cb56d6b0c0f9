#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <descent/plot/figure.hpp>
#include <descent/plot/terminal.hpp>

namespace descent::inline v1::plot {

/// A page of characters. Lines are drawn in dots, 2 by 4 in a character (braille), or 1 by 2 in plain ASCII; characters and
/// words lie over the dots. Row 0 is at the top.
class Canvas {
 public:
  Canvas(int columns, int rows, Glyphs glyphs);

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  int dots_across() const { return columns_ * dots_in_cell_x_; }
  int dots_down() const { return rows_ * dots_in_cell_y_; }

  /// A dot; outside the page nothing happens.
  void dot(int x, int y, Tone tone);
  /// A line of dots, of which `on` are drawn and `off` are not, in turn.
  void line(int x0, int y0, int x1, int y1, Tone tone, int on = 1, int off = 0);
  void put(int column, int row, char32_t glyph, Tone tone);
  /// Words from a column on, cut at the right edge.
  void write(int column, int row, std::string_view words, Tone tone);
  /// Whether characters lie over any of `count` places.
  bool written(int column, int row, int count) const;

  int column_of_dot(int x) const { return x / dots_in_cell_x_; }
  int row_of_dot(int y) const { return y / dots_in_cell_y_; }

  /// One row as text, blanks at its end left out.
  std::string row(int row, Colour colour) const;

 private:
  struct Cell {
    std::uint8_t dots = 0;
    char32_t glyph = 0;
    Tone tone = Tone::ink;
  };
  Cell* cell(int column, int row);
  char32_t glyph_of(const Cell& cell) const;

  int columns_;
  int rows_;
  Glyphs glyphs_;
  int dots_in_cell_x_;
  int dots_in_cell_y_;
  std::vector<Cell> cells_;
};

/// The escape sequence that turns a colour on, empty for ink; and the one that ends it.
std::string_view colour_code(Tone tone);
inline constexpr std::string_view kColourEnd = "\x1b[0m";
/// Words in a colour, or as they are.
std::string coloured(std::string_view words, Tone tone, Colour colour);

}  // namespace descent::inline v1::plot
