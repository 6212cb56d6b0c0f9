#pragma once

#include <functional>
#include <source_location>
#include <vector>

#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1 {

/// What came before, and what comes next: many neighbours at once, on an axis of any size, of which each is to be combined with the one at
/// the same place.
using Combine = std::function<Tensor(const Tensor& before, const Tensor& next)>;
/// The same for elements that are several tensors each.
using CombineAll = std::function<std::vector<Tensor>(const std::vector<Tensor>& before, const std::vector<Tensor>& next)>;

/// y_k = f(f(f(x_0, x_1), ...), x_k) along an axis, for an associative f, in 2 log2 n calls of f on 2n elements together; reversed,
/// y_k = f(f(f(x_(n-1), x_(n-2)), ...), x_k). cumsum, cumprod and linear_recurrence are faster where they say the same.
///
/// shape   x's; several: all of one size on the axis
/// grad    that of f, of any order
/// throws  IndexError: the axis; ShapeError: sizes on the axis differ, no tensor, f gives other shapes or counts
/// source  Blelloch 1990, "Prefix sums and their applications"
Tensor associative_scan(const Combine& f, Arg x, Index axis, ScanForm form = {});
std::vector<Tensor> associative_scan(const CombineAll& f, const std::vector<Tensor>& xs, Index axis, ScanForm form = {},
                                     std::source_location where = std::source_location::current());

}  // namespace descent::inline v1
