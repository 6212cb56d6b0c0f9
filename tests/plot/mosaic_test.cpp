#include <descent/plot/mosaic.hpp>

#include <algorithm>
#include <limits>

#include <descent/plot/text.hpp>
#include <descent/tests/catch.hpp>

using namespace descent::plot;
using Catch::Contains;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const Grid corners = {.columns = 2, .rows = 2, .values = {0, 1, 1, 0}};  // the first row is the lower one

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

}  // namespace

TEST_CASE("mosaic: two classes are half blocks, the first row at the bottom") {
  CHECK(class_map(corners, {.columns = 4}) == "██  \n  ██\n");
  const Grid high = {.y = {0, 2}, .columns = 1, .rows = 4, .values = {1, 0, 1, 1}};
  CHECK(class_map(high, {.columns = 4}).starts_with("████\n"));
}

TEST_CASE("mosaic: more classes, ASCII and colours") {
  const Grid three = {.columns = 2, .rows = 2, .values = {0, 1, 2, kNan}};
  CHECK(class_map(three, {.columns = 4}) == "▒▒  \n··██\n");
  CHECK(class_map(three, {.columns = 4, .glyphs = Glyphs::ascii}) == "oo  \n..##\n");
  CHECK_THAT(class_map(corners, {.columns = 4, .colour = Colour::yes}), Contains("\x1b[38;5;208;48;5;208m▀\x1b[0m"));
}

TEST_CASE("mosaic: heat is shade, NaN is blank, a constant is light") {
  const Grid grid = {.columns = 4, .rows = 1, .values = {0, 1, 2, kNan}};
  CHECK(heat_map(grid, {.columns = 4}) == " ▒█ \n ▒█ \n");
  CHECK(heat_map(grid, {.columns = 4, .glyphs = Glyphs::ascii}) == " :# \n :# \n");
  CHECK(heat_map({.columns = 1, .rows = 1, .values = {3}}, {.columns = 4}) == "    \n    \n");
}

TEST_CASE("mosaic: a montage keeps its width and captions") {
  std::vector<Image> images(7, {.width = 28, .height = 28, .pixels = std::vector<std::uint8_t>(784, 255)});
  images[1].pixels.assign(784, 0);
  std::vector<std::string> captions(7, "a caption that is far too long");
  captions[0] = "seven";
  const std::string text = montage(images, captions);
  std::size_t start = 0;
  int lines = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start = end + 1)) {
    CHECK(columns_of(text.substr(start, end - start)) <= 80);
    ++lines;
  }
  CHECK(lines == 2 * (7 + 1));
  CHECK_THAT(text, Contains("⣿⣿") && Contains("seven") && Contains("a caption tha…"));
  const std::string plain = montage(images, captions, {.columns = 60, .image_columns = 10, .glyphs = Glyphs::ascii});
  CHECK(is_ascii(plain));
  CHECK_THAT(plain, Contains("@@@@") && Contains("a caption~"));
}

TEST_CASE("mosaic: images of several sizes and colours share a row") {
  const std::vector<Image> images = {{.width = 4, .height = 2, .pixels = std::vector<std::uint8_t>(8, 255)},
                                     {.width = 1, .height = 3, .channels = 3, .pixels = std::vector<std::uint8_t>(9, 255)}};
  CHECK_NOTHROW(montage(images, {}, {.image_columns = 4}));
  CHECK(montage({}, {}).empty());
}

TEST_CASE("mosaic: mistakes have their sentences") {
  CHECK_THROWS_WITH(class_map({.columns = 2, .rows = 2, .values = {1}}),
                    "class_map: 1 values for a grid of 2 columns and 2 rows; it needs 4, at least 1");
  CHECK_THROWS_WITH(heat_map({}), "heat_map: 0 values for a grid of 0 columns and 0 rows; it needs 0, at least 1");
  CHECK_THROWS_WITH(heat_map(corners, {.columns = 81}), "heat_map: 81 columns; they must lie in [4, 80]");
  const std::vector<Image> bad = {{.width = 2, .height = 2, .pixels = {1}}};
  const std::vector<std::string> captions = {"a", "b"};
  CHECK_THROWS_WITH(montage(bad, {}), "montage: 1 bytes for an image of 2 by 2 pixels and 1 channels");
  CHECK_THROWS_WITH(montage(bad, captions), "montage: 2 captions for 1 images; give one for each");
  CHECK_THROWS_WITH(montage(bad, {}, {.image_columns = 1}), "montage: images of 1 columns in 80; they must lie in [2, 80]");
}
