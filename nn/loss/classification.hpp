#pragma once

#include <optional>

#include <descent/nn/loss/reduction.hpp>

// Losses of classes and of probabilities.

namespace descent::inline v1::nn {

struct CrossEntropyOptions {
  Index ignore_index = -100;   ///< rows with this target cost nothing and are not counted
  Tensor weight{};             ///< [classes]: how much each class counts; 1 when absent
  double label_smoothing = 0;  ///< in [0, 1]: the part of each target that is spread evenly over all classes
  Reduction reduction = Reduction::mean;
};
/// -log softmax(logits)[target], the classes along the last axis.
///
/// shape   logits: [..., classes]   targets: [...] integers, or [..., classes] floating (soft)   ->   [] (none: [...])
/// mean    of integers: over the weights of the targets that are not ignored; 0, with gradient 0, when all are. Of soft ones: over rows
/// edge    a row that is ignored has gradient 0 whatever its logits are; a soft target of 0 costs 0, its logit -inf included
/// throws  ShapeError: the shapes do not fit; DtypeError: targets are bool; IndexError: a target outside [0, classes) that is not
///         ignore_index; ValueError: label_smoothing outside [0, 1]
/// source  Szegedy et al. 2016, "Rethinking the Inception architecture" (label smoothing)
Tensor cross_entropy(Arg logits, const Tensor& targets, CrossEntropyOptions options = {});

struct NllOptions {
  Index ignore_index = -100;  ///< as in CrossEntropyOptions
  Tensor weight{};
  Reduction reduction = Reduction::mean;
};
/// -log_probability[target]: cross_entropy of what log_softmax gave.   shape, mean, edge, throws as cross_entropy of integers
Tensor nll(Arg log_probability, const Tensor& targets, NllOptions options = {});

/// -t log sigmoid(x) - (1 - t) log(1 - sigmoid(x)), as t softplus(-x) + (1 - t) softplus(x): no overflow, and a loss near 0 keeps its
/// digits.   requires: targets in [0, 1]
Tensor binary_cross_entropy_with_logits(Arg logits, Arg targets, Reduction reduction = Reduction::mean);

struct BinaryCrossEntropyOptions {
  Tensor weight{};           ///< of each loss; broadcasts
  Tensor positive_weight{};  ///< of the part t log sigmoid(x); broadcasts
  Reduction reduction = Reduction::mean;
};
/// The same with weights.   throws ShapeError: a weight that does not broadcast to the losses
Tensor binary_cross_entropy_with_logits(Arg logits, Arg targets, const BinaryCrossEntropyOptions& options);

/// -t log(p) - (1 - t) log(1 - p), a logarithm below -100 counting as -100 (with slope 0), so that a sure mistake costs 100.
/// Where there are logits, binary_cross_entropy_with_logits keeps more digits.   requires: p and t in [0, 1]
Tensor binary_cross_entropy(Arg probability, Arg target, Reduction reduction = Reduction::mean);

/// The mean over the last axis of binary_cross_entropy_with_logits: any number of classes may be right.
/// shape   [..., classes], weight [classes] -> [] (none: [...])
Tensor multilabel_soft_margin(Arg logits, Arg targets, const Tensor& weight = {}, Reduction reduction = Reduction::mean);

struct FocalOptions {
  double gamma = 2;               ///< how fast sure answers stop to count; 0: not at all
  std::optional<double> alpha{};  ///< in [0, 1]: the weight of a yes, 1 - alpha that of a no; both count 1 when left out
  Reduction reduction = Reduction::mean;
};
/// alpha_t (1 - p_t)^gamma times the binary cross entropy of logits, p_t being the probability given to what is right.
/// throws  ValueError: gamma negative or not finite, alpha outside [0, 1]
/// source  Lin et al. 2017, "Focal loss for dense object detection"
Tensor focal(Arg logits, Arg targets, FocalOptions options = {});

struct KlOptions {
  bool log_target = false;  ///< the target holds logarithms too
  Reduction reduction = Reduction::mean;
};
/// target (log target - x), element by element, for x the logarithm of a probability. The divergence of distributions is its sum.
/// edge    where target is 0 it is 0, and so is the slope in x, an x of -infinity included
Tensor kl_div(Arg log_probability, Arg target, KlOptions options = {});
/// The mean of the divergences of p and of q from (p + q) / 2 along the last axis, between 0 and log 2.
/// shape   p, q: [..., classes], probabilities -> [] (none: [...])   edge 0 log 0 is 0; where both are 0, so is the slope
/// source  Lin 1991, "Divergence measures based on the Shannon entropy"
Tensor jensen_shannon(Arg p, Arg q, Reduction reduction = Reduction::mean);

struct OverlapOptions {
  Axes axes{};        ///< those that a score is summed over; all unless named
  double smooth = 1;  ///< added above and below: no target and no prediction is a perfect match
  Reduction reduction = Reduction::mean;
};
/// 1 - (2 sum p t + smooth) / (sum p + sum t + smooth)   throws ShapeError: other shapes
/// source  Milletari, Navab and Ahmadi 2016, "V-Net" (there with squares below)
Tensor dice(Arg probability, Arg target, OverlapOptions options = {});
/// 1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth), for TP = sum p t, FP = sum p (1 - t), FN = sum (1 - p) t.
/// source  Salehi, Erdogmus and Gholipour 2017, "Tversky loss function for image segmentation"
Tensor tversky(Arg probability, Arg target, double alpha = 0.5, double beta = 0.5, OverlapOptions options = {});

}  // namespace descent::inline v1::nn
