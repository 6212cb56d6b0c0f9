#pragma once

#include <descent/autodiff/tape/op.hpp>

// Further samples made from an op's own.

namespace descent::inline v1::op_check {

/// For an element-wise op: inputs that broadcast, 0-d, empty and of rank 3, with the ranges of `sample`.
Samples shapes_of_pointwise(const Op& op, const Sample& sample);
/// The sample with one axis of one input in the given size, and with every axis of one size in it, for each axis there is.
Samples with_axes_of_size(const Sample& sample, Index size);
/// The sample with one input 0-d, 1-d, or with an axis of size 1 more in front, for each input.
Samples with_other_ranks(const Sample& sample);
/// The sample with every axis other than 1 stretched, so that the largest tensor, results included, has about `elements`.
Sample enlarged(const Op& op, const Sample& sample, Index elements);

}  // namespace descent::inline v1::op_check
