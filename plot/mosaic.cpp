#include <descent/plot/mosaic.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/plot/canvas.hpp>
#include <descent/plot/text.hpp>
#include <descent/plot/track.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// A grid read at the tiles of a picture, row 0 at the top.
class Tiles {
 public:
  Tiles(const char* who, const Grid& grid, const MosaicOptions& options) : grid_(grid), columns_(options.columns) {
    const auto wanted = static_cast<std::size_t>(std::max(grid.columns, 0)) * static_cast<std::size_t>(std::max(grid.rows, 0));
    if (wanted == 0 || grid.values.size() != wanted)
      throw ValueError(fmt::format("{}: {} values for a grid of {} columns and {} rows; it needs {}, at least 1", who, grid.values.size(),
                                   grid.columns, grid.rows, wanted));
    if (columns_ < 4 || columns_ > kMostColumns)
      throw ValueError(fmt::format("{}: {} columns; they must lie in [4, {}]", who, columns_, kMostColumns));
    const double sides = (grid.y.high - grid.y.low) / (grid.x.high - grid.x.low);
    rows_ = 2 * std::clamp(static_cast<int>(std::lround(columns_ * (sides > 0 ? sides : 1) / 2)), 1, 60);
  }

  int columns() const { return columns_; }
  int rows() const { return rows_; }  // even: two to a character

  double at(int column, int row) const {
    const int x = std::min(grid_.columns - 1, static_cast<int>((column + 0.5) / columns_ * grid_.columns));
    const int y = std::min(grid_.rows - 1, static_cast<int>((1 - (row + 0.5) / rows_) * grid_.rows));
    const double v = grid_.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(grid_.columns) + static_cast<std::size_t>(x)];
    return drawable(v) ? v : kUnknown;
  }

 private:
  const Grid& grid_;
  int columns_;
  int rows_ = 2;
};

/// Colours of the 256 of a terminal; -1 is none.
int class_colour(double v) {
  constexpr std::array<int, 6> colours = {33, 208, 35, 170, 178, 80};
  return std::isnan(v) ? -1 : colours[static_cast<std::size_t>(std::clamp(v, 0.0, 1e6)) % colours.size()];
}

int heat_colour(double part) {
  constexpr std::array<int, 8> colours = {16, 17, 18, 19, 26, 33, 74, 153};
  return std::isnan(part) ? -1 : colours[static_cast<std::size_t>(std::lround(std::clamp(part, 0.0, 1.0) * 7))];
}

/// Two tiles in one character: the upper in the letter's colour, the lower behind it.
std::string half_block(int upper, int lower) {
  if (upper < 0 && lower < 0) return " ";
  if (upper < 0) return fmt::format("\x1b[38;5;{}m▄\x1b[0m", lower);
  if (lower < 0) return fmt::format("\x1b[38;5;{}m▀\x1b[0m", upper);
  return fmt::format("\x1b[38;5;{};48;5;{}m▀\x1b[0m", upper, lower);
}

template <class Pair> std::string drawn(const Tiles& tiles, Pair&& pair) {
  std::string text;
  for (int row = 0; row < tiles.rows(); row += 2) {
    for (int column = 0; column < tiles.columns(); ++column) text += pair(tiles.at(column, row), tiles.at(column, row + 1));
    text += '\n';
  }
  return text;
}

double largest_of(const Grid& grid) {
  double largest = 0;
  for (const double v : grid.values)
    if (drawable(v)) largest = std::max(largest, v);
  return largest;
}

std::string class_glyph(double v, Glyphs glyphs) {
  constexpr std::array<std::string_view, 6> blocks = {"·", "█", "▒", "░", "▓", "○"};
  constexpr std::array<std::string_view, 6> plain = {".", "#", "o", "+", "x", "="};
  if (std::isnan(v)) return " ";
  return std::string((glyphs == Glyphs::unicode ? blocks : plain)[static_cast<std::size_t>(std::clamp(v, 0.0, 1e6)) % 6]);
}

std::string two_class_glyph(double upper, double lower) {
  constexpr std::array<std::string_view, 4> glyphs = {" ", "▄", "▀", "█"};
  return std::string(glyphs[(upper > 0 ? 2U : 0U) + (lower > 0 ? 1U : 0U)]);
}

// ---- montage ----

/// Mean brightness, 0 to 1, of the part of an image under one of `across` times `down` tiles.
double brightness(const Image& image, int across, int down, int column, int row) {
  const auto begin = [](int i, int tiles, int pixels) { return static_cast<int>(static_cast<long long>(i) * pixels / tiles); };
  const int x0 = begin(column, across, image.width);
  const int y0 = begin(row, down, image.height);
  const int x1 = std::max(begin(column + 1, across, image.width), x0 + 1);
  const int y1 = std::max(begin(row + 1, down, image.height), y0 + 1);
  double sum = 0;
  for (int y = y0; y < y1; ++y)
    for (int k = x0 * image.channels; k < x1 * image.channels; ++k)
      sum +=
          image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width * image.channels) + static_cast<std::size_t>(k)];
  return sum / (255.0 * (y1 - y0) * (x1 - x0) * image.channels);
}

/// Thresholds that spread the dots of a gray evenly (Bayer 1973).
constexpr std::array<std::array<int, 4>, 4> kBayer = {{{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}}};

int rows_of(const Image& image, int columns) {
  return std::clamp(static_cast<int>(std::lround(static_cast<double>(columns) * image.height / image.width / 2)), 1, 40);
}

std::vector<std::string> plain_rows(const Image& image, int columns) {
  constexpr std::string_view ramp = " .:-=+*#%@";
  std::vector<std::string> text;
  const int rows = rows_of(image, columns);
  for (int row = 0; row < rows; ++row) {
    text.emplace_back();
    for (int column = 0; column < columns; ++column)
      text.back() += ramp[static_cast<std::size_t>(std::lround(brightness(image, columns, rows, column, row) * 9))];
  }
  return text;
}

std::vector<std::string> braille_rows(const Image& image, int columns) {
  Canvas canvas(columns, rows_of(image, columns), Glyphs::unicode);
  for (int y = 0; y < canvas.dots_down(); ++y)
    for (int x = 0; x < canvas.dots_across(); ++x) {
      const double threshold = (kBayer[static_cast<std::size_t>(y % 4)][static_cast<std::size_t>(x % 4)] + 0.5) / 16;
      if (brightness(image, canvas.dots_across(), canvas.dots_down(), x, y) > threshold) canvas.dot(x, y, Tone::ink);
    }
  std::vector<std::string> text;
  for (int row = 0; row < canvas.rows(); ++row) text.push_back(fitted(canvas.row(row, Colour::no), columns));
  return text;
}

void check_montage(std::span<const Image> images, std::span<const std::string> captions, const MontageOptions& options) {
  if (!captions.empty() && captions.size() != images.size())
    throw ValueError(fmt::format("montage: {} captions for {} images; give one for each", captions.size(), images.size()));
  if (options.columns > kMostColumns || options.image_columns < 2 || options.image_columns > options.columns)
    throw ValueError(
        fmt::format("montage: images of {} columns in {}; they must lie in [2, {}]", options.image_columns, options.columns, kMostColumns));
  for (const Image& image : images)
    if (image.width < 1 || image.height < 1 ||
        image.pixels.size() != static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) *
                                   static_cast<std::size_t>(std::max(image.channels, 0)))
      throw ValueError(fmt::format("montage: {} bytes for an image of {} by {} pixels and {} channels", image.pixels.size(), image.width,
                                   image.height, image.channels));
}

std::string without_blanks_at_end(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string class_map(const Grid& grid, MosaicOptions options) {
  const Tiles tiles("class_map", grid, options);
  if (options.colour == Colour::yes)
    return drawn(tiles, [](double upper, double lower) { return half_block(class_colour(upper), class_colour(lower)); });
  if (options.glyphs == Glyphs::unicode && largest_of(grid) <= 1) return drawn(tiles, two_class_glyph);
  return drawn(tiles, [&](double upper, double) { return class_glyph(upper, options.glyphs); });
}

std::string heat_map(const Grid& grid, MosaicOptions options) {
  const Tiles tiles("heat_map", grid, options);
  double low = std::numeric_limits<double>::infinity();
  for (const double v : grid.values)
    if (drawable(v)) low = std::min(low, v);
  const double high = std::max(largest_of(grid), low);
  const auto part = [&](double v) { return high > low ? (v - low) / (high - low) : 0 * v; };
  if (options.colour == Colour::yes)
    return drawn(tiles, [&](double upper, double lower) { return half_block(heat_colour(part(upper)), heat_colour(part(lower))); });
  constexpr std::array<std::string_view, 5> blocks = {" ", "░", "▒", "▓", "█"};
  constexpr std::array<std::string_view, 5> plain = {" ", ".", ":", "+", "#"};
  return drawn(tiles, [&](double upper, double lower) {
    const double mean = std::isnan(upper) ? part(lower) : std::isnan(lower) ? part(upper) : (part(upper) + part(lower)) / 2;
    const auto shade = static_cast<std::size_t>(std::isnan(mean) ? 0 : std::lround(mean * 4));
    return std::string((options.glyphs == Glyphs::unicode ? blocks : plain)[shade]);
  });
}

std::string montage(std::span<const Image> images, std::span<const std::string> captions, MontageOptions options) {
  check_montage(images, captions, options);
  const auto in_row = static_cast<std::size_t>(std::max(1, (options.columns + 2) / (options.image_columns + 2)));
  std::string text;
  for (std::size_t start = 0; start < images.size(); start += in_row) {
    std::vector<std::string> lines;
    for (std::size_t i = start; i < std::min(images.size(), start + in_row); ++i) {
      std::vector<std::string> rows =
          options.glyphs == Glyphs::unicode ? braille_rows(images[i], options.image_columns) : plain_rows(images[i], options.image_columns);
      if (!captions.empty()) {
        const std::string caption = shortened(captions[i], options.image_columns, options.glyphs);
        rows.push_back(fitted(caption, options.image_columns, Align::centre));
      }
      const std::string margin(i == start ? 0 : 2, ' ');
      const std::string blank(i == start ? 0 : (i - start) * static_cast<std::size_t>(options.image_columns + 2) - 2, ' ');
      if (lines.size() < rows.size()) lines.resize(rows.size(), blank);
      rows.resize(lines.size(), std::string(static_cast<std::size_t>(options.image_columns), ' '));
      for (std::size_t k = 0; k < lines.size(); ++k) lines[k] += margin + rows[k];
    }
    for (std::string& line : lines) text += without_blanks_at_end(std::move(line)) + '\n';
  }
  return text;
}

}  // namespace descent::inline v1::plot
