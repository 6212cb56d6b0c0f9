#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <descent/autodiff/tree/tree.hpp>
#include <descent/optim/state.hpp>

namespace descent::inline v1::optim {

/// What a step of a chain is: pure functions on lists of leaves. A step of your own is a struct with these two.
///
///   State  init(const Leaves& params) const;
///   Leaves update(Leaves grads, State& state, const Leaves& params) const;   the updates to *add* to the parameters, so far
///
/// An absent gradient belongs to a frozen parameter and stays absent.
template <class T>
concept TransformLike = requires(const T& step, Leaves grads, State& state, const Leaves& params) {
  { step.init(params) } -> std::same_as<State>;
  { step.update(std::move(grads), state, params) } -> std::same_as<Leaves>;
};

namespace detail {

/// The parameters of a model beside what belongs to them in a tree of gradients, out of which it is moved.
struct Pairs {
  Leaves params;
  Leaves grads;               ///< absent: frozen
  std::uint64_t fingerprint;  ///< of the parameters' names and order
};
/// throws  TreeError that starts with `who`: another structure; ShapeError, DtypeError: a gradient is not of its parameter's
Pairs pairs(const char* who, tree::View params, tree::MutableView grads);
std::uint64_t fingerprint(tree::View params);

}  // namespace detail

/// Any step, or a chain of steps, as a value.
///
///   auto tx = chain(clip_by_global_norm(1.0), adam({.rate = 1e-3}));
///   auto state = tx.init(params);
///   auto [updates, next] = tx.update(std::move(grads), std::move(state), params);   // pure; what is moved in is reused
///   params = apply_updates(std::move(params), updates);
///
/// params, grads and updates are trees of one type; parameters absent in grads (frozen) stay absent in the updates.
class Transform {
 public:
  template <class T>
    requires(!std::same_as<T, Transform>) && TransformLike<T>
  Transform(T step) : step_(std::make_shared<const Model<T>>(std::move(step))) {}  // NOLINT: any step is a transform

  /// throws  TreeError: no parameter to train, or two of one name
  template <class P> State init(const P& params) const { return initial(tree::named_leaves(params, tree::trainable)); }
  /// throws  TreeError: grads have another structure than params; ShapeError, DtypeError: a gradient is not of its parameter's shape
  ///         and dtype; and what the steps throw. The state moved in is gone then.
  template <class P> std::pair<P, State> update(P grads, State state, const P& params) const {
    detail::Pairs pairs = detail::pairs("update", params, grads);
    const Leaves updates = update_leaves(std::move(pairs.grads), state, pairs.params);
    return {tree::rebuild_only(params, updates, tree::trainable), std::move(state)};
  }

  // The same on lists of leaves, for steps that are made of others.
  State init_leaves(const Leaves& params) const { return step_->init(params); }
  Leaves update_leaves(Leaves grads, State& state, const Leaves& params) const { return step_->update(std::move(grads), state, params); }

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual State init(const Leaves& params) const = 0;
    virtual Leaves update(Leaves grads, State& state, const Leaves& params) const = 0;
  };
  template <class T> struct Model final : Concept {
    T step;
    explicit Model(T step_) : step(std::move(step_)) {}
    State init(const Leaves& params) const override { return step.init(params); }
    Leaves update(Leaves grads, State& state, const Leaves& params) const override { return step.update(std::move(grads), state, params); }
  };

  State initial(const std::vector<std::pair<std::string, Tensor>>& params) const;

  std::shared_ptr<const Concept> step_;
};

/// One step after the other: the updates of each are the gradients of the next.
Transform chain(std::vector<Transform> steps);
template <std::convertible_to<Transform>... T> Transform chain(T... steps) {
  return chain(std::vector<Transform>{Transform(std::move(steps))...});
}

namespace detail {
Tensor updated(const tree::Path& path, Tensor param, Tensor update);
}  // namespace detail

/// params + updates, leaf by leaf; an absent update leaves its parameter as it is.
/// throws  TreeError: another structure; ShapeError, DtypeError: an update is not of its parameter's shape and dtype
template <class P> P apply_updates(P params, const P& updates) { return tree::zip_map(detail::updated, std::move(params), updates); }

}  // namespace descent::inline v1::optim
