#pragma once

#include <descent/autodiff/tensor/arg.hpp>

// The primitives under the norms of layers: functions/normalising.hpp.

namespace descent::inline v1 {

struct Op;

extern const Op standardise_op, standardise_adjoint_op;

struct Standardised {
  Tensor value, mean, variance;
};
/// (x - mean) / sqrt(variance + eps) over some axes, which mean and variance keep with size 1; the variance is without correction. The mean
/// is taken twice, so that a large one costs no digits and constants become exactly 0.
///
/// dtype   x's if floating, else f32
/// edge    where variance + eps is 0 the value is NaN
Standardised standardise(Arg x, Axes axes, double eps);
/// The adjoint of its value, from that and scale = 1 / sqrt(variance + eps): scale (ct - mean(ct) - y mean(ct y)).
///
/// shape   y, ct: alike   scale: with the axes reduced to size 1   throws ShapeError: other shapes
Tensor standardise_adjoint(Arg y, Arg scale, Arg ct, Axes axes);

}  // namespace descent::inline v1
