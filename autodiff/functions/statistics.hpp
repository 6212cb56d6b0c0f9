#pragma once

#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1 {

/// The mean over some axes, all when none are named; NaN of no element.   dtype x's if floating, else f32
Tensor mean(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);

/// sum (x - mean)^2 / (n - correction), and its square root, over some axes. The mean is taken twice, so that a large one costs
/// no digits and constants have exactly 0.
///
/// correction  any real number; 1 is unbiased for independent samples, 0 the variance of the numbers themselves
/// dtype       x's if floating, else f32
/// edge        the slope of std at 0 is 0
/// throws      ValueError: n - correction is not positive
///
/// After `using namespace descent`, std(x) is to be written descent::std(x).
Tensor var(Arg x, Axes axes = {}, double correction = 1, KeepAxes keep = KeepAxes::no);
Tensor std(Arg x, Axes axes = {}, double correction = 1, KeepAxes keep = KeepAxes::no);

}  // namespace descent::inline v1
