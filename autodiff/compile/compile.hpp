#pragma once

#include <array>
#include <memory>
#include <source_location>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <descent/autodiff/compile/calls.hpp>

namespace descent::inline v1 {
namespace detail {

template <class T> inline constexpr char type_mark = 0;
/// A number for each type.
template <class T> const void* mark_of() { return &type_mark<T>; }

template <class A> inline constexpr bool may_be_updated = std::is_lvalue_reference_v<A> && !std::is_const_v<std::remove_reference_t<A>>;

}  // namespace detail

/// A function that is traced once for each signature and replayed from then on. Copies share their traces.
template <class F> class Compiled {
 public:
  Compiled(F f, CompileOptions options, std::source_location where)
      : f_(std::move(f)), calls_(std::make_shared<detail::CompiledCalls>(std::move(options), where)) {}

  template <class... A> auto operator()(A&&... arguments) const { return run<A...>(std::index_sequence_for<A...>{}, arguments...); }

  /// What each trace does: its calls by themselves and fused, their elements and bytes, the constants it holds.
  std::string explain() const { return calls_->explain(); }

 private:
  template <class... A, std::size_t... I> auto run(std::index_sequence<I...> places, std::remove_reference_t<A>&... own) const {
    using R = std::invoke_result_t<const F&, A&&...>;
    detail::CompiledCalls& calls = *calls_;
    const detail::CallScope scope(calls);
    const auto arguments = std::tie(own...);
    if (!calls.see(detail::mark_of<std::tuple<A&&...>>(), arguments))
      return static_cast<std::remove_cvref_t<R>>(f_(static_cast<A&&>(own)...));
    detail::Variant* variant = calls.find();
    if (variant == nullptr) variant = trace<A...>(calls, places, own...);
    calls.run(*variant);
    const auto put_back = [&]<std::size_t i, class T>(T& argument) {
      if constexpr (detail::may_be_updated<std::tuple_element_t<i, std::tuple<A&&...>>>)
        if (calls.changed(*variant, i)) calls.put_back(*variant, i, argument);
    };
    if constexpr (std::is_void_v<R>) {
      (put_back.template operator()<I>(own), ...);
    } else {
      auto result = *static_cast<const std::remove_cvref_t<R>*>(calls.result(*variant).get());
      calls.put_results(*variant, result);
      (put_back.template operator()<I>(own), ...);
      return result;
    }
  }

  template <class... A, std::size_t... I>
  detail::Variant* trace(detail::CompiledCalls& calls, std::index_sequence<I...>, std::remove_reference_t<A>&... own) const {
    using R = std::invoke_result_t<const F&, A&&...>;
    std::tuple<std::remove_cvref_t<A>...> shown(own...);
    const auto leaves_of = [](tree::View tree) {
      std::size_t count = 0;
      tree::visit(tree, [&](const tree::Path&, const Tensor&, tree::Role) { ++count; });
      return count;
    };
    const std::array<std::size_t, sizeof...(A)> leaves{leaves_of(std::get<I>(shown))...};
    const std::array<bool, sizeof...(A)> updated{detail::may_be_updated<A&&>...};
    const std::tuple<> nothing;
    std::shared_ptr<void> kept;
    auto call = [&]() -> tree::View {
      if constexpr (std::is_void_v<R>) {
        f_(static_cast<A&&>(std::get<I>(shown))...);
        return nothing;
      } else {
        auto result = std::make_shared<std::remove_cvref_t<R>>(f_(static_cast<A&&>(std::get<I>(shown))...));
        kept = result;
        return *result;
      }
    };
    detail::Variant* variant =
        calls.add(shown, {&call, [](void* context) { return (*static_cast<decltype(call)*>(context))(); }}, leaves, updated);
    calls.keep_result(*variant, std::move(kept));
    return variant;
  }

  F f_;
  std::shared_ptr<detail::CompiledCalls> calls_;
};

/// f, recorded once and replayed: what it does is found out by calling it on tensors without elements, gradients and an optimiser's update
/// included; calls that are alike become one, those that nothing reads are left out, and those that go through the same elements run
/// together, in pieces that stay in the cache.
///
///   auto step = compile([&](Mlp& m, optim::Stepper& opt, const Tensor& x, const Tensor& y) {
///     auto [loss, slopes] = value_and_grad([&](const Mlp& net) { return cross_entropy(net(x), y); })(m);
///     opt.step(m, std::move(slopes));
///     return loss;
///   });
///   for (...) loss = step(model, stepper, x, y);
///
/// arguments  trees of tensors. Tensors may change from call to call; numbers, flags, enums and strings belong to the signature, as the
///            structure, the shapes and the dtypes do: for each signature f is called once, and only then
/// updates    what f changes in an argument that it takes by reference is put into the caller's, when all has been computed
/// captured   tensors that f uses from outside are constants, as they were in the trace: explain() lists them
/// results    the bits of f called by itself, at any number of threads; the time of everything that f does besides calling ops is saved
/// nesting    in grad, vmap, checkpoint, scan and compile, and while any tape is open on the thread, f itself is called: it is then part
///            of what records it, with the derivatives of all that it captures
/// threads    one at a time may call it
/// throws     AbstractError: f reads a value (cond, where and while_loop do not need to); ValueError: f changed a number, flag or string
///            of an argument, or how many tensors it has; what the ops throw: then no argument has changed
template <class F> Compiled<F> compile(F f, CompileOptions options = {}, std::source_location where = std::source_location::current()) {
  return Compiled<F>(std::move(f), std::move(options), where);
}

}  // namespace descent::inline v1
