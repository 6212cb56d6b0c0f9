#pragma once

#include <descent/autodiff/tensor/arg.hpp>

// The three ops the interpreters know by name. tape/ declares them, ops/ defines them.

namespace descent::inline v1 {

struct Op;

Tensor add(Arg x, Arg y);                    ///< accumulates cotangents and tangents
Tensor sum_to(Arg x, const Abstract& like);  ///< undoes broadcasting and promotion: x summed to like's shape, in like's dtype
Tensor absorb(Arg ct, Arg slope);            ///< ct * slope, where 0 times anything is 0
extern const Op absorb_op;

}  // namespace descent::inline v1
