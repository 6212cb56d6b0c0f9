#include <descent/plot/text.hpp>

#include <limits>

#include <descent/tests/catch.hpp>

using namespace descent::plot;

TEST_CASE("text: columns are counted in characters, not bytes") {
  CHECK(columns_of("") == 0);
  CHECK(columns_of("abc") == 3);
  CHECK(columns_of("10⁻³ ≤ η") == 8);
  CHECK(columns_of("日本") == 4);
  CHECK(columns_of("e\u0301") == 1);  // a letter with a combining accent
}

TEST_CASE("text: broken UTF-8 is replaced a byte at a time") {
  CHECK(printable("a\xFFz") == "a\uFFFDz");
  CHECK(printable("\xC3") == "\uFFFD");                    // cut short
  CHECK(printable("\xC0\xAF") == "\uFFFD\uFFFD");          // a longer spelling of "/"
  CHECK(printable("\xED\xA0\x80").starts_with("\uFFFD"));  // half of a surrogate pair
  CHECK(printable("\xF4\x90\x80\x80").starts_with("\uFFFD"));
  CHECK(printable("\U0001F600") == "\U0001F600");
}

TEST_CASE("text: nothing that reaches a terminal can move its cursor or turn its text") {
  CHECK(printable("a\x1b[2Jb") == "a\uFFFD[2Jb");
  CHECK(printable("a\nb\tc\rd") == "a b c d");
  CHECK(printable("a\u009Bb") == "a\uFFFDb");
  CHECK(printable("\u202Etxt") == "\uFFFDtxt");
}

TEST_CASE("text: plain ASCII keeps the meaning") {
  CHECK(ascii("10⁻³") == "10^-3");
  CHECK(ascii("−2 → 3") == "-2 -> 3");
  CHECK(ascii("4×10¹²") == "4x10^12");
  CHECK(ascii("é\x1b") == "? ");
  CHECK(shown("→\x1b", Glyphs::unicode) == "→\uFFFD");
  CHECK(shown("→", Glyphs::ascii) == "->");
}

TEST_CASE("text: fitted pads and cuts to the width") {
  CHECK(fitted("ab", 4) == "ab  ");
  CHECK(fitted("ab", 4, Align::right) == "  ab");
  CHECK(fitted("ab", 5, Align::centre) == " ab  ");
  CHECK(fitted("abcdef", 4) == "abc…");
  CHECK(fitted("日本語", 4) == "日… ");  // a wide character has no half
  CHECK(fitted("abc", 0).empty());
  CHECK(shortened("abcdef", 4, Glyphs::unicode) == "abc…");
  CHECK(shortened("abcdef", 4, Glyphs::ascii) == "abc~");
  CHECK(shortened("abc", 4, Glyphs::ascii) == "abc");
}

TEST_CASE("text: XML is escaped, and what XML forbids replaced") {
  CHECK(xml_escaped("a<b>&\"c'") == "a&lt;b&gt;&amp;&quot;c&#39;");
  CHECK(xml_escaped(std::string_view("\0\x01", 2)) == "\uFFFD\uFFFD");
  CHECK(xml_escaped("a\nb") == "a\nb");
}

TEST_CASE("text: numbers as people write them") {
  CHECK(number_text(0) == "0");
  CHECK(number_text(-0.0) == "0");
  CHECK(number_text(0.25) == "0.25");
  CHECK(number_text(1.0) == "1");
  CHECK(number_text(-3.14159) == "−3.14");
  CHECK(number_text(0.001234) == "0.00123");
  CHECK(number_text(4.5e-7) == "4.5×10⁻⁷");
  CHECK(number_text(1e-7) == "10⁻⁷");
  CHECK(number_text(31200) == "31 200");
  CHECK(number_text(5800) == "5800");
  CHECK(number_text(1e12) == "10¹²");
  CHECK(number_text(std::numeric_limits<double>::quiet_NaN()) == "NaN");
  CHECK(number_text(-std::numeric_limits<double>::infinity()) == "−∞");
  CHECK(grouped(1234567) == "1 234 567");
  CHECK(grouped(-12345) == "−12 345");
  CHECK(superscript(-120) == "⁻¹²⁰");
}

TEST_CASE("text: powers of ten, however large") {
  CHECK(power_text(0) == "1");
  CHECK(power_text(2.1038) == "127");
  CHECK(power_text(6.806) == "6 400 000");
  CHECK(power_text(12.6) == "4×10¹²");
  CHECK(power_text(12.99) == "10¹³");  // 9.8 rounds to 10
  CHECK(power_text(15) == "10¹⁵");
  CHECK(power_text(2501.2) == "10²⁵⁰¹");
}

TEST_CASE("text: words wrap, and a long one stands alone") {
  const auto width = [](std::string_view text) -> double { return columns_of(text); };
  CHECK(wrapped("one two three", 7, width) == std::vector<std::string>{"one two", "three"});
  CHECK(wrapped("incomprehensible is it", 5, width) == std::vector<std::string>{"incomprehensible", "is it"});
  CHECK(wrapped("", 5, width).empty());
}
