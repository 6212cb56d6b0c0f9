#include <descent/plot/canvas.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr char32_t kBraille = 0x2800;

/// The bits of a braille character, by dot row and column.
constexpr std::array<std::array<std::uint8_t, 2>, 4> kBits = {{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};

}  // namespace

std::string_view colour_code(Tone tone) {
  constexpr std::array<std::string_view, 9> codes = {
      "", "", "\x1b[90m", "\x1b[38;5;33m", "\x1b[38;5;208m", "\x1b[38;5;35m", "\x1b[38;5;170m", "\x1b[38;5;178m", "\x1b[38;5;80m"};
  return codes[static_cast<std::size_t>(tone)];
}

std::string coloured(std::string_view words, Tone tone, Colour colour) {
  const std::string_view code = colour_code(tone);
  if (colour == Colour::no || code.empty()) return std::string(words);
  return std::string(code).append(words).append(kColourEnd);
}

Canvas::Canvas(int columns, int rows, Glyphs glyphs)
    : columns_(columns),
      rows_(rows),
      glyphs_(glyphs),
      dots_in_cell_x_(glyphs == Glyphs::unicode ? 2 : 1),
      dots_in_cell_y_(glyphs == Glyphs::unicode ? 4 : 2),
      cells_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

Canvas::Cell* Canvas::cell(int column, int row) {
  if (column < 0 || row < 0 || column >= columns_ || row >= rows_) return nullptr;
  return &cells_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column)];
}

void Canvas::dot(int x, int y, Tone tone) {
  if (x < 0 || y < 0) return;
  Cell* at = cell(column_of_dot(x), row_of_dot(y));
  if (at == nullptr) return;
  at->dots |= kBits[static_cast<std::size_t>(y % dots_in_cell_y_)][static_cast<std::size_t>(x % dots_in_cell_x_)];
  if (at->glyph == 0) at->tone = tone;
}

void Canvas::line(int x0, int y0, int x1, int y1, Tone tone, int on, int off) {
  const int steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
  for (int i = 0; i <= steps; ++i) {
    // Whether a dot is drawn follows from its place, so that dashes keep their length across short pieces of a curve.
    const int x = x0 + static_cast<int>(std::lround(static_cast<double>(x1 - x0) * i / steps));
    const int y = y0 + static_cast<int>(std::lround(static_cast<double>(y1 - y0) * i / steps));
    const int along = std::abs(x1 - x0) >= std::abs(y1 - y0) ? x : y;
    if (along % (on + off) < on) dot(x, y, tone);
  }
}

void Canvas::put(int column, int row, char32_t glyph, Tone tone) {
  if (Cell* at = cell(column, row)) {
    at->glyph = glyph;
    at->tone = tone;
  }
}

void Canvas::write(int column, int row, std::string_view words, Tone tone) {
  while (!words.empty()) put(column++, row, next_code_point(words), tone);
}

bool Canvas::written(int column, int row, int count) const {
  for (int i = 0; i < count; ++i) {
    const Cell* at = const_cast<Canvas*>(this)->cell(column + i, row);
    if (at == nullptr || at->glyph != 0) return true;
  }
  return false;
}

char32_t Canvas::glyph_of(const Cell& cell) const {
  if (cell.glyph != 0) return cell.glyph;
  if (cell.dots == 0) return U' ';
  if (glyphs_ == Glyphs::unicode) return kBraille + cell.dots;
  return cell.dots == 1 ? U'\'' : cell.dots == 2 ? U'.' : U':';
}

std::string Canvas::row(int row, Colour colour) const {
  std::string text;
  std::string_view code;
  std::size_t length = 0;  // up to the last character that is no blank
  for (int column = 0; column < columns_; ++column) {
    const Cell& at = cells_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column)];
    const char32_t glyph = glyph_of(at);
    const std::string_view wanted = glyph == U' ' || colour == Colour::no ? std::string_view() : colour_code(at.tone);
    if (wanted != code) {
      if (!code.empty()) text += kColourEnd, length = text.size();
      text += wanted;
      code = wanted;
    }
    append_utf8(text, glyph);
    if (glyph != U' ') length = text.size();
  }
  if (!code.empty()) return text.append(kColourEnd);
  text.resize(length);
  return text;
}

}  // namespace descent::inline v1::plot
