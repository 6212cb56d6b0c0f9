#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <descent/plot/figure.hpp>

namespace descent::inline v1::plot {

/// A small picture: rows from the top, gray (1 channel) or red, green and blue (3, interleaved).
struct Image {
  int width = 0;
  int height = 0;
  int channels = 1;
  std::vector<std::uint8_t> pixels = {};
};

/// Numbers as gray levels, black at `range.low`, white at `range.high` and beyond; NaN is black.
/// throws  ValueError: values that are not width times height, an empty range
Image gray_image(std::span<const double> values, int width, int height, Range range);

/// Numbers around 0, such as weights: blue below, white at 0, orange above, full at the largest size. NaN is white.
/// throws  ValueError: values that are not width times height
Image signed_image(std::span<const double> values, int width, int height);

/// Equal images side by side, row by row, `gap` pixels of mid gray between them.
/// throws  ValueError: no images, images that differ in size or channels, columns below 1
Image image_grid(std::span<const Image> images, int columns, int gap = 1);

/// The bytes of a PNG file. throws ValueError: a size below 1, channels that are not 1 or 3, pixels that do not fit
std::string png(const Image& image);

/// "data:image/png;base64,...": the image as an address, for a page that has no other files.
std::string data_uri(const Image& image);

}  // namespace descent::inline v1::plot
