#pragma once

#include <descent/autodiff/functions/per_axis.hpp>
#include <descent/autodiff/ops/ops.hpp>

// Convolution as deep learning has it (a correlation: the kernel is not mirrored), on 1 to 3 spatial axes: as many as the weight has
// behind its first two. x is a batch or one example without batch axis. Other margins than zeros are put on by `pad` with a PadMode.
// Made of `convolve` and its adjoints, which see.

namespace descent::inline v1 {

/// How much a convolution works with around x: as much as a window needs to stay within it, or what keeps the size.
enum class Fit : std::uint8_t {
  valid,  ///< none
  same,   ///< the result has x's sizes, at stride 1; where the margins are odd, the larger one is behind
};
/// Zeros at both ends of every axis (`.padding = 1`), of each axis (`.padding = {1, 2}`), or a Fit (`.padding = Fit::same`).
class Margins {
 public:
  Margins(Fit fit) : numbers_(0), fit_(fit) {}                    // NOLINT: options read as intended
  Margins(Index all) : numbers_(all) {}                           // NOLINT
  Margins(int all) : numbers_(all) {}                             // NOLINT
  Margins(std::initializer_list<Index> list) : numbers_(list) {}  // NOLINT
  explicit Margins(PerAxis numbers) : numbers_(std::move(numbers)) {}

  bool same() const { return fit_ == Fit::same; }
  const PerAxis& numbers() const { return numbers_; }

 private:
  PerAxis numbers_;
  Fit fit_ = Fit::valid;
};

struct ConvOptions {
  Tensor bias{};  ///< [channels of the result]
  PerAxis stride = 1;
  Margins padding = 0;
  PerAxis dilation = 1;
  Index groups = 1;  ///< channels are cut into so many groups that do not see each other; as many as channels: depthwise
};
/// Every window of x times the weight, plus the bias.
///
/// shape   x: [n, c, in...] or [c, in...]   weight: [o, c / groups, taps...]   ->   [n, o, out...] or [o, out...]
///         out = floor((in + 2 padding - dilation (taps - 1) - 1) / stride) + 1
/// dtype   promoted, floating
/// cost    2 flops for each tap, window and pair of channels of a group; keeps x and the weight on the tape
/// throws  ShapeError: ranks, channels, groups or the bias do not fit, a window larger than the padded input; ValueError: a stride,
/// dilation
///         or number of groups below 1, a negative padding, Fit::same with a stride
/// source  Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning"
Tensor conv(Arg x, Arg weight, const ConvOptions& options = {});

struct ConvTransposeOptions {
  Tensor bias{};
  PerAxis stride = 1;
  PerAxis padding = 0;
  PerAxis output_padding = 0;  ///< so much longer at the end: which of the inputs that a convolution shortens to x's size is meant
  PerAxis dilation = 1;
  Index groups = 1;
};
/// The adjoint of `conv` with these options: every element of x puts the weight, times itself, on the result.
///
/// shape   x: [n, c, in...] or [c, in...]   weight: [c, o / groups, taps...]   ->   [n, o, out...] or [o, out...]
///         out = (in - 1) stride - 2 padding + dilation (taps - 1) + output_padding + 1
/// dtype   promoted, floating
/// throws  as conv; ValueError: an output padding that is not less than the stride or the dilation; ShapeError: nothing is left of an axis
Tensor conv_transpose(Arg x, Arg weight, const ConvTransposeOptions& options = {});

}  // namespace descent::inline v1
