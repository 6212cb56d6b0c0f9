#pragma once

#include <span>
#include <string>
#include <vector>

#include <descent/autodiff/tape/op.hpp>

// A sample made concrete, and the calls that the properties are stated in.

namespace descent::inline v1::op_check {

using Tensors = std::vector<Tensor>;

/// An op on the inputs of one sample.
struct Trial {
  const Op& op;
  const void* params;
  Tensors in;
  Dtype floating;  ///< the dtype of floating inputs
  bool smooth;

  bool differentiable(std::size_t i) const { return is_floating(in[i].dtype()); }
};

/// The sample's inputs with floating ones in `floating`. Uniform numbers depend on the sample, not on the dtype: they are made so
/// that f32 holds them exactly. throws ValueError: a recipe that fits no op of this kind, or lists too few values
Trial make_trial(const Op& op, const Sample& sample, Dtype floating);

/// Uniform numbers in [-1, 1) of a stream, in the shape and dtype of `like`: directions and cotangents.
Tensor direction(const Tensor& like, std::uint64_t stream);
/// One for each floating tensor, absent for the others.
Tensors directions(std::span<const Tensor> like, std::uint64_t stream);

/// Values in a shape and dtype. Elements are taken round and round where there are fewer of them.
Tensor filled(std::span<const double> values, const Shape& shape, Dtype dtype);

/// The op's results; inputs with no other handle may be taken.
Tensors call(const Trial& trial, Tensors in);
inline Tensors call(const Trial& trial) { return call(trial, trial.in); }

/// J t: the tangents of the results, absent for integers. Absent tangents are zero and their inputs not watched.
Tensors push(const Trial& trial, const Tensors& in, const Tensors& t);
/// J^T ct: the cotangents of the inputs whose place in `ask` is 1, absent for the others. Absent cotangents are zero.
Tensors pull(const Trial& trial, const Tensors& in, const Tensors& ct, std::span<const std::uint8_t> ask);
Tensors pull(const Trial& trial, const Tensors& in, const Tensors& ct);  ///< of all floating inputs

/// Values, gradients and tangents of one call, the latter two along fixed directions.
Tensors everything(const Trial& trial);

/// The derivative of pull(in, ct) along (t, tct), by a forward tape around the reverse one.
Tensors push_of_pull(const Trial& trial, const Tensors& in, const Tensors& ct, const Tensors& t, const Tensors& tct);
/// Its adjoint at u, by a reverse tape around the reverse one: cotangents of the inputs, then of ct.
struct PullOfPull {
  Tensors in, ct;
};
PullOfPull pull_of_pull(const Trial& trial, const Tensors& in, const Tensors& ct, const Tensors& u);
/// The cotangents of the inputs for <u, J t>, by a reverse tape around a forward one.
Tensors pull_of_push(const Trial& trial, const Tensors& in, const Tensors& t, const Tensors& u);

}  // namespace descent::inline v1::op_check
