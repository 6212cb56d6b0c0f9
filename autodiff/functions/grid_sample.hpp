#pragma once

#include <vector>

#include <descent/autodiff/functions/interpolation.hpp>
#include <descent/autodiff/ops/ops.hpp>

// Images read at any point. Made of `take`, `absorb` and `clamp`; derivatives of any order.

namespace descent::inline v1 {

/// What lies outside an image.
enum class Outside : std::uint8_t {
  zeros,
  border,      ///< the outermost element
  reflection,  ///< the image mirrored, at the middle of its outermost elements with align_corners, else at their edges
};
struct GridSampleOptions {
  Interpolation by = Interpolation::linear;  ///< or nearest_exact, halves to the even element; or cubic, of two axes
  Outside outside = Outside::zeros;
  bool align_corners = false;  ///< whether -1 and 1 are the middles of the outermost elements, or their outer edges
};
/// x read at the points of a grid, whose last axis holds coordinates in [-1, 1], that of x's last axis first.
///
/// shape   x: [n, c, h, w]   grid: [n, a, b, 2] -> [n, c, a, b]; or x: [n, c, d, h, w]   grid: [n, a, b, e, 3] -> [n, c, a, b, e]
/// dtype   promoted, floating
/// grad    in x and the grid, of any order. edge at a point on an element the slope to its right; beyond the border 0
/// throws  ShapeError: shapes that do not go together; ValueError: another Interpolation
/// source  Jaderberg et al. 2015, "Spatial transformer networks"
Tensor grid_sample(Arg x, Arg grid, const GridSampleOptions& options = {});

/// The grid of an affine map of each example's coordinates.
/// shape   theta: [n, 2, 3], sizes: {h, w} -> [n, h, w, 2]; or theta: [n, 3, 4], sizes: {d, h, w} -> [n, d, h, w, 3]   throws ShapeError
Tensor affine_grid(Arg theta, const std::vector<Index>& sizes, bool align_corners = false);

}  // namespace descent::inline v1
