#pragma once

#include <source_location>
#include <utility>
#include <vector>

#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/pieces.hpp>
#include <descent/autodiff/tree/tree.hpp>

// Control flow that also works where values cannot be read: in vmap. Outside it, C++'s own `if` and loops do as well.

namespace descent::inline v1 {
namespace detail {

/// Whether a condition's value can be read here; else it is one of a batch's. throws ShapeError, DtypeError: not one bool
bool readable(const char* who, const Tensor& condition, std::source_location where);
/// Whether any example of a batch meets the condition. throws AbstractError: it has no values at all
bool any_example(const char* who, const Tensor& condition, std::source_location where);
/// `a` where the condition holds, else `b`, leaf by leaf. throws TreeError, ShapeError: they differ in structure, shape or dtype
std::vector<Tensor> chosen(const char* who, const Tensor& condition, const std::vector<Tensor>& a, const std::vector<Tensor>& b,
                           std::source_location where);

/// The size of axis 0 of every leaf. throws ShapeError: they differ, or there is none
Index steps_of(const char* who, std::span<const Tensor> leaves, std::source_location where);
std::vector<Tensor> at_step(std::span<const Tensor> leaves, Index i);
std::vector<Tensor> steps_between(std::span<const Tensor> leaves, Index first, Index last);

}  // namespace detail

/// if_true(arguments...) or if_false(arguments...), by a 0-d bool. In vmap, where each example decides for itself, both run and each
/// example's result is chosen; a branch that was not taken has slope 0, whatever it computed.
/// throws  ShapeError, DtypeError: the condition is not one bool; TreeError, ShapeError: in vmap, the branches' results differ in kind
template <class T, class F, class... A> auto cond(const Tensor& condition, T if_true, F if_false, const A&... arguments) {
  constexpr std::source_location where{};
  if (detail::readable("cond", condition, where)) return condition.item<bool>() ? if_true(arguments...) : if_false(arguments...);
  auto a = if_true(arguments...);
  const auto b = if_false(arguments...);
  return tree::rebuild(a, detail::chosen("cond", condition, tree::leaves(a), tree::leaves(b), where));
}

/// `state = body(state)` while condition(state), a 0-d bool. In vmap until no example goes on; those that have stopped stay as they are.
/// grad  forward (jvp) in constant memory; in reverse a tape keeps every round
template <class C, class B, class S> S while_loop(C condition, B body, S state) {
  constexpr std::source_location where{};
  while (true) {
    const Tensor go_on = condition(std::as_const(state));
    if (detail::readable("while_loop", go_on, where)) {
      if (!go_on.item<bool>()) return state;
      state = body(std::as_const(state));
    } else {
      if (!detail::any_example("while_loop", go_on, where)) return state;
      const S next = body(std::as_const(state));
      state = tree::rebuild(state, detail::chosen("while_loop", go_on, tree::leaves(next), tree::leaves(state), where));
    }
  }
}

struct ScanOptions {
  Index checkpoint_every = 0;  ///< so many steps are one checkpoint; 0: a tape keeps all. The square root of the count saves most
};

/// {last carry, all y}: `{carry, y} = f(carry, x)` for each x along axis 0 of xs; the y are stacked along axis 0.
///
///   auto [h, hs] = scan([&](const Tensor& h, const Tensor& x) { auto next = cell(h, x); return std::pair(next, next); }, h0, xs);
///
/// grad    both ways; with `checkpoint_every` k a tape keeps n/k carries and, while it sweeps, k steps
/// throws  ShapeError: the tensors of xs have no axis 0, or different sizes there; ValueError: no step
template <class F, class C, class X>
auto scan(F f, C carry, const X& xs, ScanOptions options = {}, std::source_location where = std::source_location::current()) {
  using Y = std::remove_cvref_t<decltype(f(carry, xs).second)>;
  const std::vector<Tensor> all = tree::leaves(xs);
  const Index n = detail::steps_of("scan", all, where);
  Y like{};
  const auto some_steps = [&](C from, const X& some) {
    const std::vector<Tensor> leaves = tree::leaves(some);
    const Index count = leaves.front().size(0);
    detail::Pieces ys("scan", where);
    for (Index i = 0; i < count; ++i) {
      auto [next, y] = f(std::as_const(from), tree::rebuild(some, detail::at_step(leaves, i)));
      from = std::move(next);
      ys.add(tree::leaves(y));
      like = std::move(y);
    }
    return std::pair(std::move(from), ys.stacked());
  };
  constexpr Index kTogether = 1024;  // results joined at once
  const Index size = options.checkpoint_every > 0 ? options.checkpoint_every : kTogether;
  detail::Pieces parts("scan", where);
  for (Index first = 0; first < n; first += size) {
    const X some = tree::rebuild(xs, detail::steps_between(all, first, std::min(first + size, n)));
    auto [next, ys] = options.checkpoint_every > 0 ? checkpoint(some_steps, {}, where)(carry, some) : some_steps(carry, some);
    carry = std::move(next);
    parts.add(std::move(ys));
  }
  return std::pair(std::move(carry), tree::rebuild(like, parts.joined()));
}

/// f of each element along axis 0 of xs, one after the other, stacked: vmap in the memory of one example, where f may branch on values.
/// throws  as scan
template <class F, class X> auto map(F f, const X& xs, std::source_location where = std::source_location::current()) {
  return scan([&](const std::vector<Tensor>& none, const X& x) { return std::pair(none, f(x)); }, std::vector<Tensor>(), xs, {}, where)
      .second;
}

}  // namespace descent::inline v1
