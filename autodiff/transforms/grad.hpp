#pragma once

#include <source_location>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/transforms/argument.hpp>

namespace descent::inline v1 {
namespace detail {

/// One opening of a reverse tape over some arguments of a call. The part of `grad` that no type enters.
class Differentiation {
 public:
  explicit Differentiation(const char* who, std::source_location where) : who_(who), where_(where) {}

  /// Replaces the selected leaves by watched ones. throws TreeError: there is none
  void watch(tree::MutableView argument, const tree::Select& select);
  /// After the call, argument by argument as they were watched: every parameter is still the watched one.
  /// throws  ValueError that names the first changed one
  void require_unchanged(tree::View argument, const tree::Select& select);
  /// Gradients of the cost, argument after argument, leaf after leaf; zeros where it does not depend on one.
  /// throws  ShapeError: not one element; DtypeError: not floating
  std::vector<Tensor> gradients(const Tensor& cost);

 private:
  const char* who_;
  std::source_location where_;
  Tape tape_;
  std::vector<Tensor> watched_;
  std::size_t checked_ = 0;
};

/// Buffers and counters that the call changed, put back into the caller's argument.
void write_back(tree::MutableView argument, tree::View after);

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
    Differentiation differentiation("grad", where_);
    auto copies = std::make_tuple(copy_of<is_chosen<all, I...>>(arguments)...);
    ((is_chosen<all, I...> ? watch_one(differentiation, std::get<all>(copies)) : void()), ...);
    auto result = f_(shown<is_chosen<all, I...>>(std::get<all>(copies), arguments)...);
    ((is_chosen<all, I...> ? check_one(differentiation, std::get<all>(copies)) : void()), ...);
    const std::vector<Tensor> slopes = differentiation.gradients(cost_of(result));
    std::size_t next = 0;
    auto arguments_tuple = std::tie(arguments...);
    auto gradients = std::tuple{lowered(std::get<I>(arguments_tuple), std::get<I>(copies), slopes, next)...};
    ((is_chosen<all, I...> ? write_back_one(arguments, std::get<all>(copies)) : void()), ...);
    if constexpr (sizeof...(I) == 1) return with_rest(std::move(result), std::get<0>(std::move(gradients)));
    else return with_rest(std::move(result), std::move(gradients));
  }

  template <bool chosen, class A> static auto copy_of(const A& argument) {
    if constexpr (chosen) return typename Argument<A>::Lifted(Argument<A>::lift(argument));
    else return Nothing{};
  }
  template <class Copy> void watch_one(Differentiation& differentiation, Copy& copy) const {
    if constexpr (!std::same_as<Copy, Nothing>) differentiation.watch(copy, select_);
  }
  template <class Copy> void check_one(Differentiation& differentiation, const Copy& copy) const {
    if constexpr (!std::same_as<Copy, Nothing>) differentiation.require_unchanged(copy, select_);
  }
  template <class A, class Copy>
  auto lowered(const A& argument, const Copy& copy, const std::vector<Tensor>& slopes, std::size_t& next) const {
    const std::size_t count = tree::leaves(copy, select_).size();
    const std::span<const Tensor> mine(slopes.data() + next, count);
    next += count;
    return Argument<std::remove_const_t<A>>::lower(tree::rebuild_only(
        typename Argument<std::remove_const_t<A>>::Lifted(Argument<std::remove_const_t<A>>::lift(argument)), mine, select_));
  }
  template <class A, class Copy> static void write_back_one(A& argument, const Copy& copy) {
    if constexpr (!std::is_const_v<A> && std::same_as<std::remove_cv_t<A>, Copy>) write_back(argument, copy);
  }

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
