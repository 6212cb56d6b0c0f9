#pragma once

#include <vector>

#include <descent/autodiff/tape/op.hpp>

// What batch rules are written with. `vmap` shows a function one example: a tensor without elements that knows its batch. A call
// on examples is computed as a call on the batches, by the op's rule; tapes opened before the vmap record that one, tapes opened
// inside it the call on examples.

namespace descent::inline v1 {

/// The whole batch of input i, along axis 0; an input without a batch is repeated.
Tensor whole(const BatchCall& call, std::size_t i);
/// The whole batch that a record's example is one of; a value that does not depend on the batch is repeated.
Tensor whole_of(const Record& record, const Tensor& example, Index size);
/// Input i such that it broadcasts with others of `rank` axes behind the batch's: axes of size 1 follow the batch's. One without a
/// batch is as it was, for it broadcasts already.
Tensor aligned(const BatchCall& call, std::size_t i, int rank);

/// The rule of ops whose inputs broadcast, element by element or by the axes in front of their last ones.
void batch_aligned(const BatchCall& call, std::span<Tensor> out);

/// Parameters with the same `axis`, or `axes`, of a tensor of this rank, where a batch stands in front.
template <class P>
  requires(requires(P p) { p.axis; } || requires(P p) { p.axes; })
P behind_batch(const char* who, P p, int rank) {
  if constexpr (requires { p.axes; }) p.axes = p.axes.behind_one(who, rank);
  else p.axis = checked_axis(who, p.axis, rank) + 1;
  return p;
}
/// The axis where a batch stands in front.
inline Index behind_batch(const char* who, Index axis, int rank) { return checked_axis(who, axis, rank) + 1; }

/// The values of x for all examples, where x is an example in one vmap or several; x itself where it is none. Not differentiated.
Tensor values_of_all(const Tensor& x);

}  // namespace descent::inline v1
