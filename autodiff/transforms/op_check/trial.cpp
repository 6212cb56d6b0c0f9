#include <descent/autodiff/transforms/op_check/trial.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/philox.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/tensor/create.hpp>

namespace descent::inline v1::op_check {
namespace {

constexpr std::uint64_t kKey = 20260101;

/// Uniform numbers in [low, high) on a grid that f32 holds.
std::vector<double> uniform_values(Index n, double low, double high, std::uint64_t stream) {
  std::vector<double> values(static_cast<std::size_t>(n));
  kernels::uniform(kKey, stream, values.data(), n);
  for (double& x : values) x = static_cast<float>(low + (high - low) * x);
  return values;
}

Tensor make_input(const SampleInput& recipe, Dtype floating, std::uint64_t stream) {
  const Dtype dtype = is_floating(recipe.dtype) ? floating : recipe.dtype;
  if (!recipe.values.empty()) return filled(recipe.values, recipe.shape, dtype);
  std::vector<double> values = uniform_values(recipe.shape.numel(), recipe.low, recipe.high, stream);
  if (!is_floating(dtype))
    for (double& x : values) x = std::floor(x);
  return filled(values, recipe.shape, dtype);
}

Tensors watched(Tape& tape, const Tensors& in, const Tensors& t) {
  Tensors result = in;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (t[i].present()) result[i] = tape.watch(in[i], t[i]);
  return result;
}

Tensors watched(Tape& tape, const Tensors& in, std::span<const std::uint8_t> ask) {
  Tensors result = in;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (ask[i] != 0) result[i] = tape.watch(in[i]);
  return result;
}

/// The tape's tangents of the floating tensors among `ys`.
Tensors tangents(Tape& tape, const Tensors& ys) {
  Tensors result(ys.size());
  for (std::size_t k = 0; k < ys.size(); ++k)
    if (ys[k].present() && is_floating(ys[k].dtype())) result[k] = tape.tangent(ys[k]);
  return result;
}

/// sum_k cts[k]^T d ys[k] / d xs[i] for the xs that the tape knows; absent ys, cts and xs are left out.
Tensors cotangents(Tape& tape, const Tensors& ys, const Tensors& cts, const Tensors& xs) {
  Tensors from, seeds, to;
  for (std::size_t k = 0; k < ys.size(); ++k)
    if (cts[k].present() && ys[k].present()) {
      from.push_back(ys[k]);
      seeds.push_back(cts[k]);
    }
  for (const Tensor& x : xs)
    if (x.present() && tape.knows(x)) to.push_back(x);
  Tensors found = tape.vjp(from, seeds, to);
  Tensors result(xs.size());
  for (std::size_t i = 0, next = 0; i < xs.size(); ++i)
    if (xs[i].present() && tape.knows(xs[i])) result[i] = std::move(found[next++]);
  return result;
}

std::vector<std::uint8_t> floating_ones(const Tensors& in) {
  std::vector<std::uint8_t> ask;
  for (const Tensor& x : in) ask.push_back(x.present() && is_floating(x.dtype()) ? 1 : 0);
  return ask;
}

}  // namespace

Tensor filled(std::span<const double> values, const Shape& shape, Dtype dtype) {
  const auto n = static_cast<std::size_t>(shape.numel());
  if (n != 0 && values.empty()) throw ValueError("the sample lists no values for shape " + to_string(shape));
  std::vector<double> all(n);
  for (std::size_t i = 0; i < n; ++i) all[i] = values[i % values.size()];
  return from_span<double>(all, shape, dtype);
}

Trial make_trial(const Op& op, const Sample& sample, Dtype floating) {
  const auto n = static_cast<int>(sample.inputs.size());
  if (n < op.min_inputs || (op.max_inputs >= 0 && n > op.max_inputs))
    throw ValueError("the sample has " + std::to_string(n) + " inputs; the op takes " + std::to_string(op.min_inputs) + " to " +
                     (op.max_inputs < 0 ? "any number" : std::to_string(op.max_inputs)));
  if ((op.params.size != 0) != (sample.params != nullptr))
    throw ValueError(op.params.size != 0 ? "the sample has no parameters and the op has" : "the sample has parameters and the op has none");
  Trial trial{op, sample.params.get(), {}, floating, sample.smooth};
  std::uint64_t stream = 0;
  for (const SampleInput& recipe : sample.inputs) {
    const auto listed = static_cast<Index>(recipe.values.size());
    if (listed > recipe.shape.numel())
      throw ValueError("the sample lists " + std::to_string(listed) + " values for shape " + to_string(recipe.shape));
    trial.in.push_back(make_input(recipe, floating, stream++));
  }
  return trial;
}

Tensor direction(const Tensor& like, std::uint64_t stream) {
  return filled(uniform_values(like.numel(), -1, 1, 1000 + stream), like.shape(), like.dtype());
}

Tensors directions(std::span<const Tensor> like, std::uint64_t stream) {
  Tensors result(like.size());
  for (std::size_t i = 0; i < like.size(); ++i)
    if (like[i].present() && is_floating(like[i].dtype())) result[i] = direction(like[i], stream * 100 + i);
  return result;
}

Tensors call(const Trial& trial, Tensors in) {
  Tensors out(static_cast<std::size_t>(trial.op.outputs));
  execute(trial.op, trial.params, in, out, std::source_location::current());
  return out;
}

Tensors push(const Trial& trial, const Tensors& in, const Tensors& t) {
  Tape tape(Purpose::forward);
  return tangents(tape, call(trial, watched(tape, in, t)));
}

Tensors pull(const Trial& trial, const Tensors& in, const Tensors& ct, std::span<const std::uint8_t> ask) {
  Tape tape;
  Tensors xs = watched(tape, in, ask);
  const Tensors ys = call(trial, xs);
  for (std::size_t i = 0; i < xs.size(); ++i)
    if (ask[i] == 0) xs[i] = Tensor();
  return cotangents(tape, ys, ct, xs);
}

Tensors pull(const Trial& trial, const Tensors& in, const Tensors& ct) { return pull(trial, in, ct, floating_ones(in)); }

Tensors push_of_pull(const Trial& trial, const Tensors& in, const Tensors& ct, const Tensors& t, const Tensors& tct) {
  Tape outer(Purpose::forward);
  return tangents(outer, pull(trial, watched(outer, in, t), watched(outer, ct, tct)));
}

PullOfPull pull_of_pull(const Trial& trial, const Tensors& in, const Tensors& ct, const Tensors& u) {
  Tape outer;
  const Tensors xs = watched(outer, in, floating_ones(in));
  const Tensors cts = watched(outer, ct, floating_ones(ct));
  const Tensors slopes = pull(trial, xs, cts);
  Tensors both = xs;
  both.insert(both.end(), cts.begin(), cts.end());
  Tensors found = cotangents(outer, slopes, u, both);
  const auto middle = found.begin() + static_cast<std::ptrdiff_t>(xs.size());
  return {Tensors(found.begin(), middle), Tensors(middle, found.end())};
}

Tensors pull_of_push(const Trial& trial, const Tensors& in, const Tensors& t, const Tensors& u) {
  Tape outer;
  const Tensors xs = watched(outer, in, floating_ones(in));
  const Tensors pushed = push(trial, xs, t);
  return cotangents(outer, pushed, u, xs);
}

Tensors everything(const Trial& trial) {
  Tensors all = call(trial);
  const Tensors gradients = pull(trial, trial.in, directions(all, 1));
  const Tensors pushed = push(trial, trial.in, directions(trial.in, 2));
  all.insert(all.end(), gradients.begin(), gradients.end());
  all.insert(all.end(), pushed.begin(), pushed.end());
  return all;
}

}  // namespace descent::inline v1::op_check
