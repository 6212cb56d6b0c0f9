#pragma once

#include <descent/autodiff/ops/ops.hpp>

// Activations made of ops; relu, leaky_relu, elu, gelu, silu, softplus, sigmoid and log_sigmoid are ops themselves. Where a slope
// jumps, it is the one of least norm unless said otherwise, as at relu's 0.

namespace descent::inline v1 {

/// x cut to [0, 6], to [lo, hi].
Tensor relu6(Arg x);
Tensor hard_tanh(Arg x, double lo = -1, double hi = 1);
/// x / 6 + 1 / 2 cut to [0, 1]; and x times it.
Tensor hard_sigmoid(Arg x);
Tensor hard_swish(Arg x);

/// x above 0, weight x below; `weight` broadcasts and has a gradient.   edge at 0 the slope of the left side
Tensor prelu(Arg x, Arg weight);
/// alpha elu(x / alpha): smooth at 0 for every alpha.   throws ValueError: alpha is 0
Tensor celu(Arg x, double alpha = 1);
/// elu scaled so that a layer's mean and variance stay 0 and 1.   edge at 0 the slope of the left side
/// source Klambauer et al. 2017, "Self-normalizing neural networks"
Tensor selu(Arg x);
/// x tanh(softplus(x))
Tensor mish(Arg x);

/// x / (1 + |x|)
Tensor softsign(Arg x);
/// x - tanh(x)
Tensor tanh_shrink(Arg x);
/// 0 for |x| <= width, else x (hard) or x moved towards 0 by width (soft).   throws ValueError: soft, width negative or NaN
Tensor hard_shrink(Arg x, double width = 0.5);
Tensor soft_shrink(Arg x, double width = 0.5);
/// `value` for x <= limit, else x.
Tensor threshold(Arg x, double limit, double value);

/// a sigmoid(b), and silu(a) b, of the two halves of an axis, a in front.   shape the axis is halved
/// throws  ShapeError: it has an odd size
/// source  Dauphin et al. 2017, "Language modeling with gated convolutional networks"; Shazeer 2020, "GLU variants improve transformer"
Tensor glu(Arg x, Index axis = -1);
Tensor swiglu(Arg x, Index axis = -1);
/// x + sin(alpha x)^2 / alpha, for what is periodic; alpha broadcasts and has a gradient.   edge x where alpha is 0, with slope x^2 in it
/// source  Liu, Hartwig and Ueda 2020, "Neural networks fail to learn periodic functions and how to fix it"
Tensor snake(Arg x, Arg alpha = 1);

/// log(x / (1 - x)), the inverse of sigmoid.   edge at 0 and 1 infinite, as its slope
Tensor logit(Arg x);

}  // namespace descent::inline v1
