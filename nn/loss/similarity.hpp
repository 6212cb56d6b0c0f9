#pragma once

#include <descent/nn/loss/reduction.hpp>

// Losses of vectors that are to lie near or far from each other. Vectors lie along the last axis; the others are rows.

namespace descent::inline v1::nn {

/// 1 - c where the target is 1, max(0, c - margin) where it is -1, for c the cosine_similarity of x and y (eps 1e-8).
/// shape   x, y: [..., d]   target: [...]   ->   [] (none: [...])
Tensor cosine_embedding(Arg x, Arg y, Arg target, double margin = 0, Reduction reduction = Reduction::mean);

/// D^2 / 2 where x and y are the same (1), max(0, margin - D)^2 / 2 where they are not (0), for D = |x - y|.
/// shape   as cosine_embedding   edge equal points have slope 0
/// source  Hadsell, Chopra and LeCun 2006, "Dimensionality reduction by learning an invariant mapping"
Tensor contrastive(Arg x, Arg y, Arg same, double margin = 1, Reduction reduction = Reduction::mean);

struct TripletOptions {
  double margin = 1;
  double ord = 2;     ///< the norm
  double eps = 1e-6;  ///< added to differences
  bool swap = false;  ///< the negative counts from the anchor or from the positive, whichever is nearer
  Reduction reduction = Reduction::mean;
};
/// max(0, margin + |anchor - positive| - |anchor - negative|)
/// shape   [..., d] each -> [] (none: [...])   source Schroff, Kalenichenko and Philbin 2015, "FaceNet"
Tensor triplet(Arg anchor, Arg positive, Arg negative, TripletOptions options = {});

/// Each of 2n vectors is to be told from all others as the partner of its own: cross entropy of cosines / temperature. x[i] and y[i] are
/// partners.
///
/// shape   x, y: [n, d]   ->   [] (none: [2n])   cost (2n)^2 numbers
/// throws  ShapeError: no matrices of one shape; ValueError: temperature not finite and above 0
/// source  Chen et al. 2020, "A simple framework for contrastive learning of visual representations"
Tensor ntxent(Arg x, Arg y, double temperature = 0.5, Reduction reduction = Reduction::mean);

}  // namespace descent::inline v1::nn
