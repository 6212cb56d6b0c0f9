#pragma once

#include <descent/autodiff/tape/graph.hpp>

namespace descent::inline v1 {

/// A function of tensors as the calls it made, to be run again on other tensors of the same shapes: with the same constants, the same
/// random numbers, and without the function's side effects.
class Program {
 public:
  using Leaves = std::vector<Tensor>;
  using Function = std::function<Leaves(std::span<const Tensor>)>;

  /// Calls f on `in` and records what it does. Tapes that are open see nothing of that; what f uses beside its inputs and a tape or
  /// a vmap knows is captured, and counts as further inputs.   requires: no input is absent
  Program(const Function& f, std::span<const Tensor> in) : traced_(trace(f, in)), uses_(traced_.graph.uses()) {}

  const Leaves& captured() const { return traced_.captured; }
  /// What f returned, once.
  Leaves take_results() { return std::move(traced_.results); }
  /// The results on `in`, which holds as many tensors as f was given, then those in the place of the captured ones.
  /// cost    f's ops; a value is let go after its last use
  Leaves operator()(std::span<const Tensor> in) const { return traced_.graph.run(in, uses_); }

 private:
  Traced traced_;
  std::vector<std::uint32_t> uses_;
};

}  // namespace descent::inline v1
