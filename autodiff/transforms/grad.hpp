#pragma once

#include <array>
#include <source_location>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/transforms/argument.hpp>
#include <descent/autodiff/transforms/effects.hpp>

namespace descent::inline v1 {
namespace detail {

/// One argument of a differentiated call: which of the watched tensors are its leaves.
struct Watched {
  std::size_t first = 0;
  std::size_t count = 0;
  std::size_t others = 0;  ///< its leaves that are not watched
};

/// One opening of a reverse tape over some arguments of a call. The part of `grad` that no type enters.
class Differentiation {
 public:
  Differentiation(const char* who, const tree::Select& select, std::source_location where) : who_(who), select_(select), where_(where) {}

  /// Replaces the selected leaves by watched ones. throws TreeError: there is none
  Watched watch(tree::MutableView argument);
  /// After the call. throws ValueError as detail::require_unchanged
  void require_unchanged(tree::View argument, const Watched& watched) const;
  /// Gradients of the cost by all that is watched; zeros where it does not depend on one.
  /// throws  ShapeError: not one element; DtypeError: not floating
  std::vector<Tensor> slopes(const Tensor& cost);
  /// Puts an argument's slopes in the place of its watched leaves, and nothing in the place of the others.
  void to_gradient(tree::MutableView argument, const Watched& watched, std::span<Tensor> slopes) const;

 private:
  const char* who_;
  const tree::Select& select_;
  std::source_location where_;
  Tape tape_;
  std::vector<Tensor> watched_;
};

template <class R> inline constexpr bool is_tuple = false;
template <class... T> inline constexpr bool is_tuple<std::tuple<T...>> = true;
template <class A, class B> inline constexpr bool is_tuple<std::pair<A, B>> = true;

/// The cost of what a function returned: itself, or the first of a tuple.
template <class R> const Tensor& cost_of(const R& result) {
  if constexpr (is_tuple<R>) {
    return cost_of(std::get<0>(result));
  } else {
    static_assert(std::derived_from<R, Tensor>, "grad: the function must return a Tensor (the cost), or a tuple whose first is the cost");
    return result;
  }
}

/// {value, gradient}, then what the function returned besides its cost.
template <class G, class R> auto with_rest(R&& result, G gradient) {
  if constexpr (is_tuple<std::remove_cvref_t<R>>) {
    return std::apply(
        [&](auto&& cost, auto&&... rest) { return std::make_tuple(std::move(cost), std::move(gradient), std::move(rest)...); },
        std::move(result));
  } else {
    return std::make_tuple(Tensor(std::move(result)), std::move(gradient));
  }
}

template <std::size_t i, std::size_t... I> inline constexpr bool is_chosen = ((i == I) || ...);

/// The argument the function sees: a watched copy in place of a chosen one, else the caller's own.
template <bool chosen, class Copy, class Own> decltype(auto) shown(Copy& copy, Own& own) {
  if constexpr (chosen) return (copy);
  else return (own);
}

template <class F, std::size_t... I> class ValueAndGrad {
 public:
  ValueAndGrad(F f, tree::Select select, std::source_location where) : f_(std::move(f)), select_(std::move(select)), where_(where) {}

  template <class... A> auto operator()(A&&... arguments) const {
    static_assert(((I < sizeof...(A)) && ...), "grad: the function is called with fewer arguments than it is differentiated by");
    return run(std::index_sequence_for<A...>{}, arguments...);
  }

 private:
  struct Nothing {};

  template <std::size_t... all, class... A> auto run(std::index_sequence<all...>, A&... arguments) const {
    Differentiation differentiation("grad", select_, where_);
    auto copies = std::make_tuple(copy_of<is_chosen<all, I...>>(arguments)...);
    std::array<Watched, sizeof...(A)> watched;
    ((watched[I] = differentiation.watch(std::get<I>(copies))), ...);
    auto result = f_(shown<is_chosen<all, I...>>(std::get<all>(copies), arguments)...);
    (differentiation.require_unchanged(std::get<I>(copies), watched[I]), ...);
    std::vector<Tensor> slopes = differentiation.slopes(cost_of(result));
    const auto own = std::tie(arguments...);
    ((watched[I].others > 0 ? write_back_to(std::get<I>(own), std::get<I>(copies)) : void()), ...);
    (differentiation.to_gradient(std::get<I>(copies), watched[I], slopes), ...);
    // make_tuple: a tuple deduced from one pair would be that pair's elements
    auto gradients = std::make_tuple(lowered<std::tuple_element_t<I, std::tuple<A...>>>(std::move(std::get<I>(copies)))...);
    if constexpr (sizeof...(I) == 1) return with_rest(std::move(result), std::get<0>(std::move(gradients)));
    else return with_rest(std::move(result), std::move(gradients));
  }

  template <bool chosen, class A> static auto copy_of(const A& argument) {
    if constexpr (chosen) return typename Argument<A>::Lifted(Argument<A>::lift(argument));
    else return Nothing{};
  }
  template <class A, class Copy> static auto lowered(Copy gradient) { return Argument<std::remove_const_t<A>>::lower(std::move(gradient)); }

  F f_;
  tree::Select select_;
  std::source_location where_;
};

template <class F, std::size_t... I> class Grad {
 public:
  explicit Grad(ValueAndGrad<F, I...> f) : f_(std::move(f)) {}

  template <class... A> auto operator()(A&&... arguments) const {
    return std::apply(
        [](auto&&, auto&& gradient, auto&&... rest) {
          if constexpr (sizeof...(rest) == 0) return std::move(gradient);
          else return std::make_tuple(std::move(gradient), std::move(rest)...);
        },
        f_(std::forward<A>(arguments)...));
  }

 private:
  ValueAndGrad<F, I...> f_;
};

}  // namespace detail

/// The function that returns f's value and its gradient with respect to the first argument, in that argument's own type:
///
///   auto [value, slope] = value_and_grad(cost)(w);
///
/// argument  a tree of tensors (its floating parameters are differentiated; buffers and integers are carried, absent in the gradient),
///           a floating number or a vector of them (f sees an f64 tensor). Further arguments are constants.
/// result    std::tuple {value, gradient}; when f returns a tuple, its first is the cost and the rest follow the gradient
/// buffers   those that f changes in an argument it takes by reference are written back to the caller's
/// select    which leaves: `freeze(model, {"encoder.*"})` leaves some constant
/// cost      one forward and one reverse sweep: at most about 4 times f
/// throws    ShapeError: the cost has more than one element; ValueError: f changed a parameter; TreeError: nothing to differentiate
/// nesting   any order: a gradient is itself an ordinary function of tensors
template <class F>
auto value_and_grad(F f, tree::Select select = tree::trainable, std::source_location where = std::source_location::current()) {
  return detail::ValueAndGrad<F, 0>(std::move(f), std::move(select), where);
}
/// With respect to the arguments in the places I..., as a tuple: `value_and_grad<0, 2>(f)(a, b, c)`.
template <std::size_t... I, class F>
  requires(sizeof...(I) > 0)
auto value_and_grad(F f, tree::Select select = tree::trainable, std::source_location where = std::source_location::current()) {
  return detail::ValueAndGrad<F, I...>(std::move(f), std::move(select), where);
}

/// The gradient alone, or {gradient, rest...}.
template <class F> auto grad(F f, tree::Select select = tree::trainable, std::source_location where = std::source_location::current()) {
  return detail::Grad<F, 0>(value_and_grad(std::move(f), std::move(select), where));
}
template <std::size_t... I, class F>
  requires(sizeof...(I) > 0)
auto grad(F f, tree::Select select = tree::trainable, std::source_location where = std::source_location::current()) {
  return detail::Grad<F, I...>(value_and_grad<I...>(std::move(f), std::move(select), where));
}

}  // namespace descent::inline v1
