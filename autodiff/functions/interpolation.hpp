#pragma once

#include <vector>

#include <descent/autodiff/ops/ops.hpp>

// Images in other sizes, and images read at any point. Made of `resample`, `take` and `clamp`; derivatives of any order.

namespace descent::inline v1 {

/// How a value between elements comes about.
enum class Interpolation : std::uint8_t {
  nearest,        ///< the element at floor(position)
  nearest_exact,  ///< the element whose middle is nearest
  linear,         ///< on each axis: bilinear on two, trilinear on three
  cubic,          ///< Keys' kernel with a = -0.75; may overshoot
  area,           ///< means of parts, as adaptive_avg_pool
};
struct InterpolateOptions {
  Interpolation by = Interpolation::nearest;
  bool align_corners = false;   ///< first and last elements stay where they are; else the outer edges of elements do
  std::vector<double> scale{};  ///< how much larger each axis is taken to be, where that is not size / in; not with align_corners
};
/// x with other sizes on its last axes, as many as are given; an axis at a time. Beyond the ends is the outermost element.
///
/// shape   [..., in...] -> [..., sizes...]
/// dtype   floating
/// throws  ShapeError: more sizes than axes, or none, a size below 1, an axis without element; ValueError: a scale that is not above 0, or
///         of another number than sizes
/// source  Keys 1981, "Cubic convolution interpolation for digital image processing"
Tensor interpolate(Arg x, const std::vector<Index>& sizes, const InterpolateOptions& options = {});
/// By factors: floor(in * factor) elements on each axis.
/// throws  as interpolate; ValueError: a factor that is not above 0 and finite
Tensor interpolate_by(Arg x, const std::vector<double>& factors, InterpolateOptions options = {});

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
