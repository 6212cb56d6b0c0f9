#pragma once

#include <descent/autodiff/tensor/arg.hpp>

// The ops the interpreters know by name. tape/ declares them, ops/ defines them.

namespace descent::inline v1 {

struct Op;

Tensor add(Arg x, Arg y);                    ///< accumulates cotangents and tangents
Tensor sum_to(Arg x, const Abstract& like);  ///< undoes broadcasting and promotion: x summed to like's shape, in like's dtype
Tensor absorb(Arg ct, Arg slope);            ///< ct * slope, where 0 times anything is 0
extern const Op add_op, absorb_op;

// What puts batches together and takes them apart.
Tensor reshape(Arg x, const Shape& shape);
Tensor broadcast_to(Arg x, const Shape& shape);
Tensor slice(Arg x, std::vector<Index> start, std::vector<Index> step, const Shape& size);
Tensor concat(std::vector<Tensor> parts, Index axis, std::source_location where);

}  // namespace descent::inline v1
