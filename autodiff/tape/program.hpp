#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {

struct Traced;

/// A function of tensors as the calls it made, to be run again on other tensors of the same shapes: with the same constants, the same
/// random numbers, and without the function's side effects.
class Program {
 public:
  using Leaves = std::vector<Tensor>;
  using Function = std::function<Leaves(std::span<const Tensor>)>;

  /// Calls f on `in` and records what it does. Tapes that are open see nothing of that; what f uses beside its inputs and a tape or
  /// a vmap knows is captured, and counts as further inputs.   requires: no input is absent
  Program(const Function& f, std::span<const Tensor> in);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const Leaves& captured() const;
  /// What f returned, once.
  Leaves take_results();
  /// The results on `in`, which holds as many tensors as f was given, then those in the place of the captured ones.
  /// cost    f's ops; a value is let go after its last use
  Leaves operator()(std::span<const Tensor> in) const;

 private:
  std::unique_ptr<Traced> traced_;
};

}  // namespace descent::inline v1
