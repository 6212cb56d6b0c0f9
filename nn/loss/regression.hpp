#pragma once

#include <descent/nn/loss/reduction.hpp>

// Losses of numbers.

namespace descent::inline v1::nn {

/// (prediction - target)^2
Tensor mse(Arg prediction, Arg target, Reduction reduction = Reduction::mean);
/// |prediction - target|   edge the slope where they are equal is 0
Tensor mae(Arg prediction, Arg target, Reduction reduction = Reduction::mean);
/// Half the square up to a distance of delta, then straight: delta (|d| - delta / 2).
/// throws  ValueError: delta is not above 0, or not finite   source Huber 1964, "Robust estimation of a location parameter"
Tensor huber(Arg prediction, Arg target, double delta = 1, Reduction reduction = Reduction::mean);
/// huber / beta, so that its slope far out is 1; with beta 0 it is mae.   throws ValueError: beta is negative, or not finite
Tensor smooth_l1(Arg prediction, Arg target, double beta = 1, Reduction reduction = Reduction::mean);
/// log(cosh(prediction - target)), without overflow
Tensor log_cosh(Arg prediction, Arg target, Reduction reduction = Reduction::mean);
/// The loss whose least mean is the quantile at `level`: level d above the prediction, (level - 1) d below, for d = target - prediction.
/// edge    the slope where they are equal is 0   throws ValueError: level outside [0, 1]
/// source  Koenker and Bassett 1978, "Regression quantiles"
Tensor pinball(Arg prediction, Arg target, double level, Reduction reduction = Reduction::mean);

// Robust losses: like d^2 / 2 near 0, and each distance beyond about `scale` counts less.   throws ValueError: scale not above 0, not
// finite

/// scale^2 / 2 log(1 + (d / scale)^2)
Tensor cauchy(Arg prediction, Arg target, double scale = 1, Reduction reduction = Reduction::mean);
/// scale^2 / 2 d^2 / (scale^2 + d^2), at most scale^2 / 2
Tensor geman_mcclure(Arg prediction, Arg target, double scale = 1, Reduction reduction = Reduction::mean);
/// Tukey's biweight: scale^2 / 6 (1 - (1 - (d / scale)^2)^3), constant beyond scale, with slope 0.
Tensor tukey(Arg prediction, Arg target, double scale = 4.685, Reduction reduction = Reduction::mean);

struct PoissonOptions {
  bool log_input = true;  ///< the prediction is the logarithm of the rate
  bool full = false;      ///< with Stirling's approximation of log(target!), for targets above 1
  double eps = 1e-8;      ///< added to a rate before its logarithm
  Reduction reduction = Reduction::mean;
};
/// The negative log likelihood of counts: e^x - t x for a log rate x, r - t log(r + eps) for a rate r.
Tensor poisson_nll(Arg prediction, Arg target, PoissonOptions options = {});

struct GaussianOptions {
  bool full = false;  ///< with log(2 pi) / 2
  double eps = 1e-6;  ///< the least variance: a smaller one counts as this, with slope 0
  Reduction reduction = Reduction::mean;
};
/// The negative log likelihood of normal numbers: (log v + (mean - target)^2 / v) / 2 for v = max(variance, eps).
/// shape   variance: broadcasts to mean and target   throws ShapeError; ValueError: eps not above 0, not finite
Tensor gaussian_nll(Arg mean, Arg target, Arg variance, GaussianOptions options = {});

/// The sum of |differences| of neighbours over the last two axes: one loss for each image.
/// shape   [..., h, w] -> [] (none: [...])   edge as mae   throws ShapeError: less than two axes
/// source  Rudin, Osher and Fatemi 1992, "Nonlinear total variation based noise removal algorithms" (here without the root)
Tensor total_variation(Arg images, Reduction reduction = Reduction::mean);

}  // namespace descent::inline v1::nn
