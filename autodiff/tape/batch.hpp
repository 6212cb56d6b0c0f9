#pragma once

#include <vector>

#include <descent/autodiff/tape/op.hpp>

// What batch rules are written with. `vmap` shows a function one example: a tensor without elements that knows its batch. A call
// on examples is computed as a call on the batches, by the op's rule; tapes opened before the vmap record that one, tapes opened
// inside it the call on examples.

namespace descent::inline v1 {

/// The whole batch of input i, along axis 0; an input without a batch is repeated.
Tensor whole(const BatchCall& call, std::size_t i);
std::vector<Tensor> every_whole(const BatchCall& call);
/// The whole batch of a value that the call's parameters hold; one that does not depend on the batch is repeated.
Tensor whole_of(const BatchCall& call, const Tensor& example);
/// Input i such that it broadcasts with others of `rank` axes behind the batch's: axes of size 1 follow the batch's. One without a
/// batch is as it was, for it broadcasts already.
Tensor aligned(const BatchCall& call, std::size_t i, int rank);

/// The rule of ops whose inputs broadcast, element by element or by the axes in front of their last ones.
void batch_aligned(const BatchCall& call, std::span<Tensor> out);

/// The axis where a batch stands in front.
inline Index behind_batch(const char* who, Index axis, int rank) { return checked_axis(who, axis, rank) + 1; }

/// The values of x for all examples, where x is an example in one vmap or several; x itself where it is none. Not differentiated.
Tensor values_of_all(const Tensor& x);

}  // namespace descent::inline v1
