#pragma once

#include <utility>

#include <descent/autodiff/tree/tree.hpp>
#include <descent/optim/transform.hpp>

namespace descent::inline v1::optim {

/// The loop form: an optimiser with its state.
///
///   Stepper stepper(adam({.rate = 1e-3}), model);
///   for (...) stepper.step(model, std::move(grads));
///
/// The state is a tree, so a stepper is saved, loaded and compared as a model is.
class Stepper {
 public:
  /// throws  TreeError: the model has no parameter to train
  template <class M> Stepper(Transform transform, const M& model)
      : transform_(std::move(transform)), state_(transform_.init(model)), parameters_(detail::fingerprint(model)) {}

  /// One update of the model. Everything is computed before anything changes: on failure model and state are as before. The memory of
  /// gradients that are moved in is reused.
  /// throws  TreeError: grads have another structure than the model, or this was made for one with other parameters; ShapeError,
  ///         DtypeError: a gradient is not of its parameter's shape and dtype; and what the steps throw
  template <class M> void step(M& model, M grads) {
    M next = model;
    State state = updated(next, grads);
    model = std::move(next);
    std::swap(state_, state);
  }

  const State& state() const { return state_; }
  State& state() { return state_; }

  static void fields(auto& self, auto&& visit) { visit("", self.state_); }

 private:
  /// The state after an update, which is put into the model.
  State updated(tree::MutableView model, tree::MutableView grads) const;

  Transform transform_;
  State state_;
  std::uint64_t parameters_;  // a fingerprint of their names
};

}  // namespace descent::inline v1::optim
