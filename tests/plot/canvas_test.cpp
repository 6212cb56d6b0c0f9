#include <descent/plot/canvas.hpp>

#include <descent/tests/catch.hpp>

using namespace descent::plot;

TEST_CASE("canvas: eight dots make a braille character, two a plain one") {
  Canvas braille(2, 1, Glyphs::unicode);
  CHECK(braille.dots_across() == 4);
  CHECK(braille.dots_down() == 4);
  braille.dot(0, 0, Tone::ink);
  braille.dot(1, 3, Tone::ink);
  CHECK(braille.row(0, Colour::no) == "⢁");
  Canvas plain(3, 1, Glyphs::ascii);
  plain.dot(0, 0, Tone::ink);
  plain.dot(1, 1, Tone::ink);
  plain.line(2, 0, 2, 1, Tone::ink);
  CHECK(plain.row(0, Colour::no) == "'.:");
}

TEST_CASE("canvas: what lies outside is not drawn") {
  Canvas canvas(2, 2, Glyphs::unicode);
  canvas.dot(-1, 0, Tone::ink);
  canvas.dot(0, 99, Tone::ink);
  canvas.put(5, 0, U'x', Tone::ink);
  canvas.write(1, 0, "abc", Tone::ink);
  CHECK(canvas.row(0, Colour::no) == " a");
  CHECK(canvas.row(1, Colour::no).empty());
  CHECK(canvas.written(1, 0, 1));
  CHECK(canvas.written(0, 0, 5));  // leaves the page
  CHECK_FALSE(canvas.written(0, 1, 2));
}

TEST_CASE("canvas: lines join their ends, and dashes keep their places") {
  Canvas canvas(2, 2, Glyphs::unicode);
  canvas.line(0, 0, 3, 7, Tone::ink);
  CHECK(canvas.row(0, Colour::no) == "⢣");
  CHECK(canvas.row(1, Colour::no) == " ⢣");
  Canvas dashed(4, 1, Glyphs::unicode);
  dashed.line(0, 0, 7, 0, Tone::ink, 1, 1);
  CHECK(dashed.row(0, Colour::no) == "⠁⠁⠁⠁");
}

TEST_CASE("canvas: colours only when asked for, closed before the line ends") {
  Canvas canvas(3, 1, Glyphs::unicode);
  canvas.write(0, 0, "ab", Tone::blue);
  CHECK(canvas.row(0, Colour::no) == "ab");
  CHECK(canvas.row(0, Colour::yes) == "\x1b[38;5;33mab\x1b[0m");
  CHECK(coloured("x", Tone::ink, Colour::yes) == "x");
  CHECK(coloured("x", Tone::green, Colour::no) == "x");
}
