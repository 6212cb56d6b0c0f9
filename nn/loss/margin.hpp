#pragma once

#include <descent/nn/loss/reduction.hpp>

// Losses that ask for a distance between right and wrong, and nothing beyond it. At a kink the slope is 0, as relu's.

namespace descent::inline v1::nn {

/// max(0, 1 - t x), and its square, for targets of -1 and 1.
Tensor hinge(Arg prediction, Arg target, Reduction reduction = Reduction::mean);
Tensor squared_hinge(Arg prediction, Arg target, Reduction reduction = Reduction::mean);
/// log(1 + e^(-t x)) for targets of -1 and 1, without overflow.
Tensor soft_margin(Arg prediction, Arg target, Reduction reduction = Reduction::mean);
/// x where the target is 1, max(0, margin - x) where it is -1, for x a distance; both where it is neither.
Tensor hinge_embedding(Arg distance, Arg target, double margin = 1, Reduction reduction = Reduction::mean);
/// max(0, margin - t (x - y)): x is to lie above y where t is 1, below where it is -1.   throws ShapeError: shapes that do not fit
Tensor margin_ranking(Arg x, Arg y, Arg target, double margin = 0, Reduction reduction = Reduction::mean);

struct MultiMarginOptions {
  double margin = 1;
  int power = 1;    ///< 1 or 2
  Tensor weight{};  ///< [classes]: how much each target class counts; 1 when absent
  Reduction reduction = Reduction::mean;
};
/// The mean over classes of max(0, margin - x[target] + x[i])^power, i going over all but the target.
///
/// shape   logits: [..., classes]   targets: [...] integers   ->   [] (none: [...])
/// throws  ShapeError: the shapes do not fit; DtypeError: targets are no integers; IndexError: no such class; ValueError: power
/// source  Crammer and Singer 2001, "On the algorithmic implementation of multiclass kernel-based vector machines"
Tensor multi_margin(Arg logits, const Tensor& targets, MultiMarginOptions options = {});

/// The sum over right classes j and wrong classes i of max(0, 1 - x[j] + x[i]), divided by the number of classes.
///
/// shape   logits: [..., classes]   targets: the same, integers: the right classes in any order, ended by -1; one named twice counts
///         twice   ->   [] (none: [...])
/// cost    classes^2 numbers for each row
/// throws  ShapeError: other shapes; DtypeError: targets are no integers; IndexError: no such class
Tensor multilabel_margin(Arg logits, const Tensor& targets, Reduction reduction = Reduction::mean);

}  // namespace descent::inline v1::nn
