#pragma once

#include <array>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <descent/autodiff/transforms/effects.hpp>
#include <descent/autodiff/transforms/pieces.hpp>
#include <descent/autodiff/tree/tree.hpp>

namespace descent::inline v1 {

class Record;

/// Which axis of an argument's tensors the examples lie along; `shared`: each example sees the whole argument.
using BatchAxis = std::optional<Index>;
inline constexpr std::nullopt_t shared = std::nullopt;

struct BatchAxes {
  std::vector<BatchAxis> in;  ///< by argument; 0 for those not listed
  Index out = 0;              ///< where the examples lie in each tensor of the result
};

namespace detail {

/// A function's arguments as batches of examples, and its results put together: the part of `vmap` that no type enters.
class Batch {
 public:
  explicit Batch(std::source_location where, Index size = -1);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// Puts one example in the place of each tensor. throws ShapeError: it has no such axis, or another number of examples
  void show(tree::MutableView argument, BatchAxis axis, std::size_t number);
  /// The same for one batch along axis 0.
  Tensor show(const Tensor& batch);
  /// Puts the whole batch in the place of each example. throws ShapeError: the axis is none of the result's
  void collect(tree::MutableView result, Index axis);
  Tensor collect(const Tensor& example) const;
  /// Puts what the call changed in argument `number`, of which `seen` is the copy it was shown, into another copy.
  /// throws  ValueError: a parameter changed, or each example made another value of a buffer they share
  void hand_back(tree::MutableView argument, tree::View seen, std::size_t number);

  void check_arguments(const BatchAxes& axes, std::size_t count) const;  ///< throws ValueError: more axes than arguments, or no batch

 private:
  std::unique_ptr<Record> record_;
  std::source_location where_;
  Index size_;         ///< -1: not known yet
  std::string first_;  ///< what gave the size, for messages
  struct Shown {
    BatchAxis axis;
    Effects effects;
  };
  std::vector<Shown> shown_;  // by argument
};

}  // namespace detail

/// One tree from several of the same structure: each tensor with a new first axis, along which the examples lie. An ensemble of
/// models, or generators: `vmap(f)(as_batch(split(rng, 8)))`.
/// throws  ValueError: no example; TreeError: different structures; ShapeError: different shapes
template <class T> T as_batch(const std::vector<T>& examples, std::source_location where = std::source_location::current()) {
  detail::Pieces all("as_batch", where);
  for (const T& one : examples) all.add(tree::leaves(one));
  const std::vector<Tensor> stacked = all.stacked();
  return tree::rebuild(examples.front(), stacked);
}

/// f for every example of a batch, without a loop over them: a function of one example becomes one of batches.
///
///   auto slopes = vmap(grad(loss), {.in = {shared, 0, 0}})(model, x, y);    // a gradient for each row of x and y
///
/// arguments  trees of tensors; f sees each batched tensor without its batch axis, and cannot read its values: where f branches on
///            them, `where` is the remedy, and AbstractError says so. What f captures is shared
/// result     a tree of tensors with the batch axis put in; what does not depend on the batch is repeated
/// buffers    those that f changes in an argument it takes by reference are written back: of a batched argument each example's own
/// grad       nests with grad, vjp, jvp and itself in any order
/// random     a shared Rng draws the same for each example; a batch of them (`split`) draws for each its own
/// cost       each op once, on the whole batch; a few microseconds for each op
/// throws     ShapeError: arguments of different batch sizes; ValueError: no argument is batched, f changed a parameter, or a shared buffer
///            to a value for each example; AbstractError: an op has no rule
template <class F> auto vmap(F f, BatchAxes axes = {}, std::source_location where = std::source_location::current()) {
  return [f = std::move(f), axes = std::move(axes), where]<class... A>(A&&... arguments) {
    detail::Batch batch(where);
    std::tuple<std::remove_cvref_t<A>...> seen(arguments...);
    const auto each_in = [](auto& tuple, auto act) {
      std::apply([&, number = std::size_t{0}](auto&... one) mutable { (act(one, number++), ...); }, tuple);
    };
    each_in(seen,
            [&](auto& one, std::size_t number) { batch.show(one, number < axes.in.size() ? axes.in[number] : BatchAxis(0), number); });
    batch.check_arguments(axes, sizeof...(A));
    auto result = std::apply(f, seen);
    std::tuple<std::remove_cvref_t<A>...> after(arguments...);
    const auto seen_views = std::apply([](const auto&... one) { return std::array<tree::View, sizeof...(A)>{tree::View(one)...}; }, seen);
    each_in(after, [&](auto& one, std::size_t number) { batch.hand_back(one, seen_views[number], number); });
    std::apply([&](const auto&... one) { (detail::write_back_to(arguments, one), ...); }, after);
    batch.collect(result, axes.out);
    return result;
  };
}

}  // namespace descent::inline v1
