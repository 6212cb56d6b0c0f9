#include <descent/autodiff/transforms/checkpoint.hpp>

#include <algorithm>

#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/transforms/function_op.hpp>

namespace descent::inline v1::detail {
namespace {

using Leaves = std::vector<Tensor>;

/// The cotangents of a program's inputs, by running it again.
Leaves pulled_back(const Program& program, std::span<const Tensor> in, std::span<const Tensor> ct, CheckpointOptions options) {
  Tape tape;
  if (options.limit >= 0) tape.limit(options.limit);
  Leaves inputs(in.begin(), in.end()), watched;
  for (Tensor& x : inputs)
    if (is_floating(x.dtype())) watched.push_back(x = tape.watch(x));
  const Leaves results = program(inputs);
  Leaves ys, cts;
  for (std::size_t k = 0; k < results.size(); ++k)
    if (ct[k].present() && tape.knows(results[k])) ys.push_back(results[k]), cts.push_back(ct[k]);
  const Leaves found = tape.vjp(ys, cts, watched);
  Leaves slopes(in.size());
  for (std::size_t i = 0, next = 0; i < slopes.size(); ++i)
    if (is_floating(in[i].dtype())) slopes[i] = found[next++];
  return slopes;
}

}  // namespace

std::vector<Tensor> call_checkpointed(const Program::Function& f, std::vector<std::string> names, std::vector<Tensor> in,
                                      CheckpointOptions options, std::source_location where) {
  if (!tape_open()) return f(in);
  const auto program = std::make_shared<Program>(f, in);
  in.insert(in.end(), program->captured().begin(), program->captured().end());
  names.resize(in.size(), "captured");
  FunctionRule rule;
  rule.names = std::move(names);
  rule.run = [program](std::span<const Tensor> x) { return (*program)(x); };
  rule.backward = [program, options](std::span<const Tensor> x, std::span<const Tensor>, std::span<const Tensor> ct) {
    return pulled_back(*program, x, ct, options);
  };
  return call_function(checkpoint_op, std::move(rule), std::move(in), where, program->take_results());
}

}  // namespace descent::inline v1::detail
