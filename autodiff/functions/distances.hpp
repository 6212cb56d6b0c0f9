#pragma once

#include <descent/autodiff/ops/ops.hpp>

// How far apart vectors are. Along the last axis unless said otherwise; dtypes are promoted, floating.

namespace descent::inline v1 {

/// norm(x - y + eps): one distance for each pair of vectors that lie side by side.   throws ShapeError: they do not broadcast
Tensor pairwise_distance(Arg x, Arg y, double ord = 2, double eps = 1e-6, KeepAxes keep = KeepAxes::no);

/// The distance of each vector of x from each of y.
///
/// shape   x: [..., n, d]   y: [..., m, d]   ->   [..., n, m]
/// edge    equal points have slope 0
/// cost    n m d numbers are held: differences are taken before they are squared, so that near points keep their digits
/// throws  ShapeError: less than two axes, other d, leading axes that do not broadcast
Tensor cdist(Arg x, Arg y, double ord = 2);

/// The distances between the rows of a matrix, each pair once: (0, 1), (0, 2), ..., (1, 2), ...
/// shape   [n, d] -> [n (n - 1) / 2]   edge, cost as cdist   throws ShapeError: no matrix
Tensor pdist(Arg x, double ord = 2);

/// x y / (max(|x|, eps) max(|y|, eps)) along an axis, which is dropped.
/// edge    at x = 0 the slope is y / (|y| eps), finite   throws ShapeError: they do not broadcast; ValueError: eps is not above 0
Tensor cosine_similarity(Arg x, Arg y, Index axis = -1, double eps = 1e-8);

}  // namespace descent::inline v1
