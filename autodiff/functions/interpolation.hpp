#pragma once

#include <vector>

#include <descent/autodiff/ops/ops.hpp>

// Images in other sizes. Made of `resample`; derivatives of any order.

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

}  // namespace descent::inline v1
