#pragma once

#include <functional>
#include <vector>

#include <descent/plot/figure.hpp>

namespace descent::inline v1::plot {

enum class Spacing : std::uint8_t {
  linear,
  log,  ///< denser towards the least value, over 3.6 powers of ten; shows a narrow valley
};

/// `count` levels between the least and the largest finite value of a grid, both left out; none for a constant grid.
std::vector<double> levels(const Grid& grid, Spacing spacing, int count = 12);

/// The edges of the region where the grid's values are at most `level`: closed rings, the region on their left, in the numbers of
/// the grid; along the grid's edge where the region reaches it. NaN and inf lie outside.
/// cost  one pass over the cells
std::vector<std::vector<Point>> rings(const Grid& grid, double level);

/// A function at `columns` times `rows` points, the outer ones on the edges. throws ValueError: fewer than 2 of either
Grid sampled(Range x, Range y, int columns, int rows, const std::function<double(double, double)>& f);
/// A function at `count` points, the ends included. throws ValueError: fewer than 2
std::vector<Point> sampled(Range x, int count, const std::function<double(double)>& f);

}  // namespace descent::inline v1::plot
