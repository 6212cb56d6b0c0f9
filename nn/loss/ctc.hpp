#pragma once

#include <descent/nn/loss/reduction.hpp>

namespace descent::inline v1::nn {

struct CtcOptions {
  Index blank = 0;             ///< the class that stands for no label
  bool zero_infinity = false;  ///< targets that cannot be spelled cost 0
  Reduction reduction = Reduction::mean;
};
/// Connectionist temporal classification: -log of the probability that `times` classes, one for each step, spell the target when repeats
/// are merged and blanks dropped. The forward algorithm, in logarithms.
///
/// shape   log_probability: [times, n, classes] (from log_softmax)   targets: [n, longest] integers, of which the first
///         target_lengths[i] count   times, target_lengths: [n] integers   ->   [] (none: [n])
/// mean    over the batch of each loss divided by its target's length (1 at least)
/// edge    a target that cannot be spelled in its time costs infinity (0 with zero_infinity), with gradient 0
/// grad    that of this function, -(the probability of being at each class at each step): behind log_softmax it is softmax less that
/// cost    about 10 small ops a step; the tape holds about 10 (2 longest + 1) numbers for each step and example
/// throws  ShapeError: other shapes; DtypeError: no integers; IndexError: a class, a blank or a length out of range, a target that is blank
/// source  Graves et al. 2006, "Connectionist temporal classification"
Tensor ctc(Arg log_probability, const Tensor& targets, const Tensor& times, const Tensor& target_lengths, CtcOptions options = {});

}  // namespace descent::inline v1::nn
