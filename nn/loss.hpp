#pragma once

#include <cstdint>

#include <descent/autodiff/tensor/arg.hpp>

// What a prediction costs. Each is made of ops, so it has every derivative, in the targets too.
//
// shape   the two broadcast to the shape of one of them: [n, 1] against [n] is an error here, not [n, n]
// dtype   promoted, floating
// throws  ShapeError: the shapes do not fit, or a mean is asked of no element (an empty batch)

namespace descent::inline v1::nn {

/// What becomes of the losses of the elements (or rows).
enum class Reduction : std::uint8_t { mean, sum, none };

/// (prediction - target)^2
Tensor mse(Arg prediction, Arg target, Reduction reduction = Reduction::mean);
/// |prediction - target|   edge the slope where they are equal is 0
Tensor mae(Arg prediction, Arg target, Reduction reduction = Reduction::mean);
/// Half the square up to a distance of delta, then straight: delta (|d| - delta / 2).
/// throws  ValueError: delta is not above 0, or not finite   source Huber 1964, "Robust estimation of a location parameter"
Tensor huber(Arg prediction, Arg target, double delta = 1, Reduction reduction = Reduction::mean);

struct CrossEntropyOptions {
  Index ignore_index = -100;  ///< rows with this target cost nothing and are not counted
  Reduction reduction = Reduction::mean;
};
/// -log softmax(logits)[target], the classes along the last axis.
///
/// shape   logits: [..., classes]   targets: [...] integers, or [..., classes] floating (soft)   ->   [] (none: [...])
/// mean    over the rows that are not ignored; 0, with gradient 0, when all are
/// edge    a row that is ignored has gradient 0 whatever its logits are; a soft target of 0 costs 0, its logit -inf included
/// throws  ShapeError: the shapes do not fit; DtypeError: targets are bool; IndexError: a target outside [0, classes) that is not
///         ignore_index
Tensor cross_entropy(Arg logits, const Tensor& targets, CrossEntropyOptions options = {});

/// -t log sigmoid(x) - (1 - t) log(1 - sigmoid(x)), as t softplus(-x) + (1 - t) softplus(x): no overflow, and a loss near 0 keeps its
/// digits.   requires: targets in [0, 1]
Tensor binary_cross_entropy_with_logits(Arg logits, Arg targets, Reduction reduction = Reduction::mean);

}  // namespace descent::inline v1::nn
