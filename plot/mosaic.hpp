#pragma once

#include <span>
#include <string>

#include <descent/plot/figure.hpp>
#include <descent/plot/image.hpp>
#include <descent/plot/terminal.hpp>

namespace descent::inline v1::plot {

struct MosaicOptions {
  int columns = 60;  ///< of the picture, 4 to 80; its rows follow from the sides of the grid, a character being twice as high as wide
  Colour colour = Colour::no;
  Glyphs glyphs = Glyphs::unicode;
};

/// A plane of classes in the terminal, the values of the grid being 0, 1, 2, ...: two rows of it in each row of characters by half
/// blocks, in colours or, for two classes, without; else a character for each class. An unknown value is blank.
/// throws  ValueError: a grid whose size is not its number of values, columns out of range
std::string class_map(const Grid& grid, MosaicOptions options = {});

/// A plane of numbers as shades, the largest full.
/// throws  as `class_map`
std::string heat_map(const Grid& grid, MosaicOptions options = {});

struct MontageOptions {
  int columns = kMostColumns;  ///< of the whole
  int image_columns = 14;      ///< of one image: 28 dots across in braille
  Glyphs glyphs = Glyphs::unicode;
};

/// Small pictures side by side, a caption under each (cut to its width), as many in a row as there is room for. Bright pixels are dots,
/// dithered by a fixed pattern.
/// throws  ValueError: an image whose pixels do not fit its size, captions for fewer or more images, widths out of range
std::string montage(std::span<const Image> images, std::span<const std::string> captions, MontageOptions options = {});

}  // namespace descent::inline v1::plot
