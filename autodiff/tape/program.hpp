#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {

class Record;

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

  const Leaves& captured() const { return captured_; }
  /// What f returned, once.
  Leaves take_results() { return std::move(results_); }
  /// The results on `in`, which holds as many tensors as f was given, then those in the place of the captured ones.
  /// cost    f's ops; a value is let go after its last use
  Leaves operator()(std::span<const Tensor> in) const;

 private:
  struct Step;
  /// A value of a run, an input, or a constant.
  struct Source {
    enum class Kind : std::uint8_t { value, input, constant } kind;
    std::size_t number = 0;
    Tensor constant = {};
    bool last_use = false;
  };
  Source source_of(const Tensor& x, std::size_t inputs);
  static Tensor fetch(const Source& source, Leaves& values, std::span<const Tensor> in);

  std::unique_ptr<Record> record_;
  std::vector<Step> steps_;
  std::vector<Source> outputs_;
  std::size_t values_ = 0;
  Leaves captured_;
  Leaves results_;
};

}  // namespace descent::inline v1
