#pragma once

#include <descent/autodiff/tensor/arg.hpp>

namespace descent::inline v1 {

struct Op;

extern const Op product_of_others_op;

/// Each element replaced by the product of the others along the last axis: the slope of prod. Nothing is divided by, so zeros are right.
///
/// dtype   x's if floating, else f32   cost 4 products an element; derivatives 6 and memory for a tree of products
/// throws  ShapeError: x is 0-d
Tensor product_of_others(Arg x);

}  // namespace descent::inline v1
