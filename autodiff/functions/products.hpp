#pragma once

#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1 {

/// sum_i a_i b_i of two vectors.   shape [n], [n] -> []   dtype promoted, floating   throws ShapeError
Tensor dot(Arg a, Arg b);
/// a_i b_j of all elements of both.   shape n and m elements -> [n, m]   dtype promoted
Tensor outer(Arg a, Arg b);

}  // namespace descent::inline v1
