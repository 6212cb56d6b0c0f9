#pragma once

#include <span>
#include <vector>

#include <descent/autodiff/base/index.hpp>

// Where a matrix can be other than zero, and which of its columns one direction may ask for together.

namespace descent::inline v1::detail {

/// Places in a matrix, row by row.   invariant  the columns of a row ascend
struct Pattern {
  Index height = 0;
  Index width = 0;
  std::vector<Index> starts{0};  ///< by row, where its columns begin; the last is their number
  std::vector<Index> columns;

  Index count() const { return starts.back(); }
  std::span<const Index> row(Index i) const {
    const auto at = static_cast<std::size_t>(i);
    return {columns.data() + starts[at], static_cast<std::size_t>(starts[at + 1] - starts[at])};
  }
};
Pattern transposed(const Pattern& a);
/// The places of either and their mirror images.   requires: square
Pattern symmetrised(const Pattern& a);

/// A number for each column, -1 for those without a place; `count` numbers from 0 on.
struct Colours {
  std::vector<Index> of;
  Index count = 0;
};
/// Columns of one colour have no row in common.
///
/// Greedy, those with most neighbours first (Curtis, Powell, Reid 1974; the order: Coleman, Moré 1983).
/// cost  the sum of the squares of the rows' sizes
Colours colour_columns(const Pattern& a);
/// Of a symmetric matrix: neighbours differ, and no path over four columns has two colours, so that each place (i, j) can be read off
/// in row i or in row j (a star colouring: Coleman, Moré 1984; algorithm 4.1 of Gebremedhin, Manne, Pothen 2005).
/// cost  the sum of the cubes of the rows' sizes at most
Colours colour_stars(const Pattern& a);

}  // namespace descent::inline v1::detail
