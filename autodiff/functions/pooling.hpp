#pragma once

#include <optional>

#include <descent/autodiff/functions/per_axis.hpp>
#include <descent/autodiff/ops/ops.hpp>

// Pooling over windows on the last axes of x, as many as the window has sizes: `max_pool(x, {2, 2})` pools the last two. The axes before
// them are carried along, so a batch, channels and a single plane are alike. Made of `window_max` and `resample`, which see.
//
// throws  ShapeError: more or less axes than 1 to 3, or than x has, a window larger than the padded axis; ValueError: a size, stride or
//         dilation below 1, a padding that is negative or more than half the window

namespace descent::inline v1 {

struct PoolOptions {
  std::optional<PerAxis> stride{};  ///< the window's size when left out
  PerAxis padding = 0;              ///< positions at both ends that are not there: -infinity
  PerAxis dilation = 1;
  bool ceil_mode = false;  ///< also a last window that hangs over the end, if it begins before it
};
/// The greatest element of each window; NaN if there is one.
///
/// shape   [..., in...] -> [..., out...], out = floor((in + 2 padding - dilation (window - 1) - 1) / stride) + 1, or ceil
/// dtype   x's
/// edge    the first of those that tie gets the whole cotangent; a window of -infinity alone is at its first element
Tensor max_pool(Arg x, const PerAxis& window, const PoolOptions& options = {});
/// The same, with the position of each among the elements of the pooled axes, in row-major order.   indices i64
ValuesAndIndices max_pool_with_index(Arg x, const PerAxis& window, const PoolOptions& options = {});
/// Back to the places: zeros with these sizes on the pooled axes, to which x's elements are added at the indices.
/// shape   x, index: [..., windows...] -> [..., sizes...]   throws ShapeError: x and index differ; IndexError
Tensor max_unpool(Arg x, Arg index, const std::vector<Index>& sizes);

struct AvgPoolOptions {
  std::optional<PerAxis> stride{};  ///< the window's size when left out
  PerAxis padding = 0;              ///< zeros at both ends
  bool ceil_mode = false;
  bool count_padding = true;        ///< whether the zeros count as elements; what is beyond them never does
  std::optional<double> divisor{};  ///< what sums are divided by, in place of the count
};
/// The mean of each window.
/// shape   as max_pool without dilation   dtype floating   throws ValueError: a divisor of 0
Tensor avg_pool(Arg x, const PerAxis& window, const AvgPoolOptions& options = {});

struct LpPoolOptions {
  std::optional<PerAxis> stride{};
  bool ceil_mode = false;
};
/// The p-norm of each window, (sum |x|^p)^(1/p).   dtype floating   edge slope 0 where the whole window is 0   throws ValueError: p not
/// above 0
Tensor lp_pool(Arg x, double p, const PerAxis& window, const LpPoolOptions& options = {});

/// Windows that divide each axis into so many parts as evenly as possible: the q-th from floor(q in / out) to ceil((q + 1) in / out).
/// shape   [..., in...] -> [..., sizes...]   throws ShapeError: no element on an axis; a size below 0
Tensor adaptive_avg_pool(Arg x, const std::vector<Index>& sizes);
Tensor adaptive_max_pool(Arg x, const std::vector<Index>& sizes);
ValuesAndIndices adaptive_max_pool_with_index(Arg x, const std::vector<Index>& sizes);

}  // namespace descent::inline v1
