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

/// The sum, or mean, without the elements that are NaN; nanmean of nothing is NaN.   dtype as sum, as mean   grad 0 at NaN
Tensor nansum(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);
Tensor nanmean(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);
/// The product without them, 1 of nothing; the greatest and the least, NaN of nothing.   dtype as prod, as max   grad 0 at NaN
/// throws ShapeError: nanmax and nanmin over axes that hold no element
Tensor nanprod(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);
Tensor nanmax(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);
Tensor nanmin(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);
/// var and std without them; NaN where what is left is no more than the correction.   grad 0 at NaN; the slope of nanstd at 0 is 0
Tensor nanvar(Arg x, Axes axes = {}, double correction = 1, KeepAxes keep = KeepAxes::no);
Tensor nanstd(Arg x, Axes axes = {}, double correction = 1, KeepAxes keep = KeepAxes::no);

/// x_(k+1) - x_k along an axis, n times over; the axis loses n.   dtype x's   throws ValueError: n < 0 or more than the axis has
Tensor diff(Arg x, Index n = 1, Index axis = -1);

/// The integral of samples along an axis by straight lines between them, and from the first sample to each after it.
///
/// spacing  a number: the distance of neighbours; a tensor of samples' places: 1-d, or any that broadcasts with y
/// shape    trapezoid drops the axis; in cumulative_trapezoid it loses 1
/// dtype    promoted, floating
/// throws   ShapeError: the places do not fit; IndexError
Tensor trapezoid(Arg y, Arg spacing = 1, Index axis = -1);
Tensor cumulative_trapezoid(Arg y, Arg spacing = 1, Index axis = -1);

struct CovOptions {
  double correction = 1;  ///< 1: unbiased for independent samples
  Tensor frequencies{};   ///< [samples], how often each was seen
  Tensor weights{};       ///< [samples], how reliable each is
};
/// The covariances of variables, one a row, between their samples, the columns; of a vector its variance.
///
/// shape  [variables, samples] -> [variables, variables]; [samples] -> []
/// dtype  floating; weights are added up in their own dtype
/// edge   where the samples' weights leave no degrees of freedom, infinite or NaN
/// throws ShapeError: more than 2 axes, weights that are not one a sample
Tensor cov(Arg x, CovOptions options = {});
/// Covariances divided by both standard deviations: in [-1, 1] to rounding.   edge NaN of a variable that does not vary   throws as cov
Tensor corrcoef(Arg x);

}  // namespace descent::inline v1
