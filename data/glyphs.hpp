#pragma once

#include <descent/data/dataset.hpp>

namespace descent::inline v1::data {

struct GlyphOptions {
  Index rows = 12000;
  Index size = 16;      ///< pixels of a side, from 8 to 64
  double noise = 0.12;  ///< standard deviation of each pixel
  double wobble = 1;    ///< how far hands differ: 0 draws every digit alike, 1 as people do
  std::uint64_t seed = 1;
};

/// Grey images of the ten digits, drawn stroke by stroke by a hand that changes from row to row: shapes, size, slant, turn, place,
/// thickness and ink, then noise. Row i is a digit i mod 10; a longer set begins with the rows of a shorter one.
///
/// shape   inputs [rows, size * size], row by row of the image from the top   targets i64 [rows]
/// dtype   f32 in [0, 1], 1 for ink
/// throws  ValueError: an option outside its range
Dataset glyphs(const GlyphOptions& options = {});

}  // namespace descent::inline v1::data
