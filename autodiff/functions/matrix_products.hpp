#pragma once

#include <descent/autodiff/ops/ops.hpp>

// Products with names of their own. For sums of products in general see einsum.hpp.

namespace descent::inline v1 {

/// Every element of a times b, in blocks: the sizes are multiplied; the shorter shape counts for the last axes.
/// dtype promoted   throws ShapeError: more than four axes
Tensor kron(Arg a, Arg b);
/// a x b along an axis of size 3; the others broadcast.   dtype promoted   throws ShapeError: another size
Tensor cross(Arg a, Arg b, Index axis = -1);
/// matmul of batches that do not broadcast.   shape [n, m, k], [n, k, p] -> [n, m, p]   throws ShapeError: other ranks, other n
Tensor bmm(Arg a, Arg b);

struct AddmmOptions {
  double alpha = 1;
  double beta = 1;
};
/// beta c + alpha a b   shape a, b: matrices or batches of them; c broadcasts to their product   throws ShapeError
Tensor addmm(Arg c, Arg a, Arg b, AddmmOptions options = {});

}  // namespace descent::inline v1
