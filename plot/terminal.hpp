#pragma once

#include <cstdint>
#include <cstdio>

#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {

enum class Colour : std::uint8_t { no, yes };

/// The widest line that is ever written.
inline constexpr int kMostColumns = 80;
inline constexpr int kFewestColumns = 40;

/// A stream and what it can show. The stream is the caller's: it stays open and must outlive the value.
struct Terminal {
  std::FILE* stream = nullptr;
  bool interactive = false;  ///< a person looks at it now: lines may be redrawn
  int columns = kMostColumns;
  Colour colour = Colour::no;
  Glyphs glyphs = Glyphs::unicode;
};

/// Looks at a stream: colours only in a terminal that has some and without NO_COLOR (no-color.org); the width of the terminal, from
/// 40 to 80 columns, and 80 for a file or a pipe.
Terminal terminal_of(std::FILE* stream, Glyphs glyphs = Glyphs::unicode);

}  // namespace descent::inline v1::plot
