#pragma once

#include <descent/autodiff/ops/ops.hpp>

// Running results along an axis, made of the scans in ops/scan.hpp.

namespace descent::inline v1 {

/// y_k = log(e^(x_0) + ... + e^(x_k)), without overflow; the terms are those of logsumexp, so large x cost no digits of the slope.
///
/// dtype  floating
/// edge   up to the first element that is not -infinity, -infinity with slope 0; an infinity has slope 0
/// throws IndexError: the axis is out of range
Tensor logcumsumexp(Arg x, Index axis, ScanForm form = {});

}  // namespace descent::inline v1
