#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace descent::inline v1::plot {

enum class Glyphs : std::uint8_t {
  unicode,
  ascii,  ///< where a terminal or a log shows nothing else
};

enum class Align : std::uint8_t { left, right, centre };

/// Takes one code point off the front of UTF-8 text; U+FFFD for each byte that is none. requires: text is not empty
char32_t next_code_point(std::string_view& text);
void append_utf8(std::string& text, char32_t code_point);

/// The columns that UTF-8 text takes in a terminal.
int columns_of(std::string_view text);

/// Without control characters and broken UTF-8, which become U+FFFD; a line end or tab becomes a blank. What goes to a terminal
/// passes through here, so that a label cannot move the cursor.
std::string printable(std::string_view text);

/// In plain ASCII: "10⁻³" is "10^-3", "−" is "-"; what has no such form is "?".
std::string ascii(std::string_view text);

/// What may be written of a text: `printable`, or `ascii`.
std::string shown(std::string_view text, Glyphs glyphs);
/// The same, at most `columns` wide: cut with an ellipsis, in ASCII with "~". requires: columns >= 1
std::string shortened(std::string_view text, int columns, Glyphs glyphs);

/// Exactly `columns` wide: padded with blanks, or cut with an ellipsis.
std::string fitted(std::string_view text, int columns, Align align = Align::left);

/// For XML and HTML, in content and in quoted attributes.
std::string xml_escaped(std::string_view text);

/// "⁻¹²"
std::string superscript(long long number);
/// '0' to '9' or '-' for a superscript digit or minus, else 0.
char plain_of_superscript(char32_t code_point);

/// "31 200": whole, in groups of three; four digits stay together.
std::string grouped(double number);
/// As people write it, to `digits` significant digits: "0.25", "1 200 000", "4×10⁻⁷", "−3", "NaN", "∞".
std::string number_text(double number, int digits = 3);
/// 10^exponent as people write it: "127", "5 800 000", "4×10¹²", and from 10^100 on "10¹⁷⁰".
std::string power_text(double exponent);

/// Words in lines, each no longer than `limit` in the unit of `width`, unless a single word is.
std::vector<std::string> wrapped(std::string_view text, double limit, double (*width)(std::string_view));

}  // namespace descent::inline v1::plot
