#pragma once

#include <functional>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <descent/autodiff/tree/tree.hpp>

// A function as one op, whose derivative somebody states: what custom_vjp, custom_jvp and checkpoint are recorded as.

namespace descent::inline v1 {

struct Op;

namespace detail {

struct FunctionRule {
  using Leaves = std::vector<Tensor>;
  std::vector<std::string> names;  ///< of the inputs, for messages
  /// The results, on inputs that no tape knows.
  std::function<Leaves(std::span<const Tensor> in)> run;
  /// The inputs' cotangents (absent: zero) of the inputs, the results and their cotangents. Null where `forward` is given.
  std::function<Leaves(std::span<const Tensor> in, std::span<const Tensor> out, std::span<const Tensor> ct)> backward;
  /// The results' tangents of the inputs, the results and the inputs' tangents (absent: zero). Null where `backward` is given.
  std::function<Leaves(std::span<const Tensor> in, std::span<const Tensor> out, std::span<const Tensor> t)> forward;
  const char* captured = nullptr;  ///< what TapeError says where `run` uses a watched tensor that is no input; null: there is none
};

/// The rule of f on trees, which are given and returned as their leaves, but for its derivative. `result` is set by each run, for its
/// structure.
template <class F, class R, class... A>
FunctionRule rule_of(const F& f, const std::tuple<A...>& like, const std::shared_ptr<R>& result, const char* captured) {
  FunctionRule rule;
  rule.captured = captured;
  rule.names = tree::names(like);
  rule.run = [f, like, result](std::span<const Tensor> in) {
    *result = std::apply(f, tree::rebuild(like, in));
    return tree::leaves(*result);
  };
  return rule;
}

extern const Op custom_vjp_op, custom_jvp_op, checkpoint_op;

/// Runs the function and records the call as one op. `results` are those of a run that has been: then there is no second one.
/// throws  TapeError: the function uses a watched tensor that is not among its inputs
std::vector<Tensor> call_function(const Op& op, FunctionRule rule, std::vector<Tensor> in, std::source_location where,
                                  std::vector<Tensor> results = {});

/// The function's results on the same values unknown to every tape. throws TapeError as call_function
std::vector<Tensor> run_unrecorded(const FunctionRule& rule, std::span<const Tensor> in);

}  // namespace detail
}  // namespace descent::inline v1
