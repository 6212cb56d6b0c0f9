#pragma once

#include <descent/autodiff/ops/ops.hpp>

// Functions that give what they take a mean of 0, a length of 1 or a sum of 1. Means are taken twice, so that a large one costs no digits
// and constants become exactly 0. Weights and biases that are absent are left out. eps may be any finite number; where the sum under a
// root is negative the result is NaN.
//
// dtype   x's if floating, else f32
// throws  ShapeError: a weight or bias of another shape than said; ValueError: eps is not finite

namespace descent::inline v1 {

struct NormOptions {
  Tensor weight{};
  Tensor bias{};
  double eps = 1e-5;
};

/// (x - mean) / sqrt(variance + eps) * weight + bias over some axes, the last unless named; the variance is without correction.
/// shape   weight, bias: they broadcast to x's   source Ba, Kiros and Hinton 2016, "Layer normalization"
Tensor layer_norm(Arg x, Axes axes = -1, const NormOptions& options = {});

/// x / sqrt(mean of x^2 + eps) * weight + bias over some axes, the last unless named.
/// shape   as layer_norm   source Zhang and Sennrich 2019, "Root mean square layer normalization"
Tensor rms_norm(Arg x, Axes axes = -1, const NormOptions& options = {});

/// layer_norm of each group of channels and all that follows them.
///
/// shape   x: [n, channels, ...]   weight, bias: [channels]
/// throws  ShapeError: x has less than two axes, or the channels cannot be cut into so many groups
/// source  Wu and He 2018, "Group normalization"
Tensor group_norm(Arg x, Index groups, const NormOptions& options = {});

/// layer_norm of each channel of each example: over the axes after the second.
///
/// shape   x: [n, channels, ...]   weight, bias: [channels]   throws ShapeError: x has less than three axes
/// source  Ulyanov, Vedaldi and Lempitsky 2016, "Instance normalization"
Tensor instance_norm(Arg x, const NormOptions& options = {});

/// What batches looked like so far, channel by channel: [channels] each.
struct BatchStatistics {
  Tensor mean;
  Tensor variance;
};
struct BatchNormed {
  Tensor value;
  BatchStatistics running;
};
/// Each channel with the mean and variance given: what is used after training.   shape x: [n, channels, ...], [n, channels]
Tensor batch_norm(Arg x, const BatchStatistics& statistics, const NormOptions& options = {});
/// Each channel with the mean and variance it has in this batch (without correction); derivatives go through both, to all orders.
///
/// running    (1 - momentum) * running + momentum * the batch's, whose variance has the correction 1; the batch's alone when the
///            running ones are absent. Constant to every tape.
/// edge       a constant channel gives the bias, with slope 0
/// throws     ValueError: one element in a channel has no variance, momentum is not finite; ShapeError
/// source     Ioffe and Szegedy 2015, "Batch normalization"
BatchNormed batch_norm_training(Arg x, const BatchStatistics& running, double momentum = 0.1, const NormOptions& options = {});

struct LocalResponseOptions {
  double alpha = 1e-4;
  double beta = 0.75;
  double k = 1;
};
/// x / (k + alpha * mean of x^2 over `size` neighbouring channels)^beta; beyond the ends there are zeros.
///
/// shape   x: [n, channels, ...]   throws ShapeError: x has less than two axes; ValueError: size < 1
/// source  Krizhevsky, Sutskever and Hinton 2012, "ImageNet classification with deep convolutional neural networks"
Tensor local_response_norm(Arg x, Index size, LocalResponseOptions options = {});

/// softmax(-x): the least gets the most.
Tensor softmin(Arg x, Axes axes = -1);

/// The point nearest to x with sum 1 and no negative element, along an axis: a softmax that gives exact zeros.
///
/// grad    of any order; constant within a set of positive elements. edge at a kink the element that just vanishes counts as a zero
/// cost    three passes over x for each of 32 halvings (f64: 60), no sort
/// throws  ShapeError: no element on the axis
/// source  Martins and Astudillo 2016, "From softmax to sparsemax"
Tensor sparsemax(Arg x, Index axis = -1);

}  // namespace descent::inline v1
