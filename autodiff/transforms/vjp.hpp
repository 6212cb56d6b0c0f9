#pragma once

#include <memory>
#include <source_location>
#include <tuple>
#include <utility>
#include <vector>

#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/transforms/argument.hpp>

namespace descent::inline v1 {
namespace detail {

/// A recorded call to be pulled back through, any number of times: the part of `vjp` that no type enters.
class Recorded {
 public:
  explicit Recorded(std::source_location where) : where_(where) {}

  void watch(tree::MutableView argument);
  /// Takes note of the results and takes this tape's marks off them, so that what is computed from them is not recorded here.
  void finish(tree::MutableView result);
  /// Cotangents of everything watched, in order. throws TreeError, ShapeError: ct does not match the result
  std::vector<Tensor> pull(tree::View ct);

 private:
  std::source_location where_;
  Tape tape_;
  std::vector<Tensor> watched_;
  std::vector<Tensor> results_;
};

}  // namespace detail

/// The map from a cotangent of f's result to the cotangents of its arguments. Holds the tape of one call of f; may be called again.
template <class R, class... A> class Pullback {
 public:
  Pullback(std::shared_ptr<detail::Recorded> recorded, std::tuple<A...> arguments)
      : recorded_(std::move(recorded)), arguments_(std::move(arguments)) {}

  /// `ct` has the structure, shapes and dtypes of the result. One argument: its cotangent; several: a tuple of them.
  auto operator()(const R& ct) const {
    const std::vector<Tensor> slopes = recorded_->pull(ct);
    std::size_t next = 0;
    const auto one = [&](const auto& argument) {
      const std::size_t count = tree::leaves(argument, tree::trainable).size();
      return tree::rebuild_only(argument, std::span(slopes).subspan(std::exchange(next, next + count), count));
    };
    return std::apply(
        [&](const auto&... argument) {
          if constexpr (sizeof...(argument) == 1) return (one(argument), ...);
          else return std::tuple{one(argument)...};  // braces: left to right
        },
        arguments_);
  }

 private:
  std::shared_ptr<detail::Recorded> recorded_;
  std::tuple<A...> arguments_;
};

/// {f(x...), pullback}: the value, and the map from its cotangent to those of the arguments, which are trees of tensors.
///
///   auto [y, pullback] = vjp(f, x);
///   Tensor slope = pullback(ct);
///
/// cost    one call of f now, one reverse sweep for each call of the pullback, which keeps the tape alive
/// throws  TreeError: an argument without a floating parameter
template <class F, class... A> auto vjp(F&& f, const A&... x) {
  auto recorded = std::make_shared<detail::Recorded>(std::source_location{});
  std::tuple<A...> watched(x...);
  std::apply([&](auto&... argument) { (recorded->watch(argument), ...); }, watched);
  auto y = std::apply([&](auto&... argument) { return f(argument...); }, watched);
  recorded->finish(y);
  using R = decltype(y);
  return std::pair(std::move(y), Pullback<R, A...>(std::move(recorded), std::tuple<A...>(x...)));
}

}  // namespace descent::inline v1
