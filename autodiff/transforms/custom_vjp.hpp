#pragma once

#include <atomic>
#include <memory>
#include <source_location>
#include <tuple>
#include <utility>
#include <vector>

#include <descent/autodiff/transforms/function_op.hpp>
#include <descent/autodiff/tree/tree.hpp>

namespace descent::inline v1 {
namespace detail {

/// Compares the rule with differences of the function along a random direction, in f64. Nothing unless the library is a debug build.
/// throws  ValueError: they differ
void check_custom(const FunctionRule& rule, std::span<const Tensor> in, std::source_location where);

/// The leaves of `gradient` beside those of `like` that are present. throws TreeError: other structure
template <class T> std::vector<Tensor> beside(const T& like, const T& gradient) {
  std::vector<Tensor> found;
  tree::zip([&](const Tensor&, const Tensor& slope) { found.push_back(slope); }, like, gradient);
  return found;
}

}  // namespace detail

/// Whether a custom rule is compared with differences of its function, at its first call, in a debug build of the library.
enum class Checked : bool { never, once };

/// f with a derivative of your own:
///
///   auto steady = custom_vjp([](const Tensor& x) { return log(1.0 + exp(x)); },
///                            [](const Tensor& y, const Tensor& ct, const Tensor& x) { return ct * sigmoid(x); });
///
/// forward   any function of trees of tensors that returns a Tensor or a tree
/// backward  (result, its cotangent, the arguments...) -> the argument's cotangent; of several arguments, a tuple of theirs.
///           Written with ops, it is differentiated for higher orders. Absent tensors in what it returns stand for zero.
/// jvp       derived: the rule is differentiated in its cotangent
/// checked   a debug build of the library compares the rule with differences at the first call; `Checked::never` is for one that is
///           meant to differ, such as straight through a rounding
/// throws    ValueError: it differs; ShapeError: the rule returned another shape or dtype than the argument's; TapeError: f uses a
///           watched tensor that is not an argument, of which the rule cannot know; pass it in
template <class Forward, class Backward> auto custom_vjp(Forward forward, Backward backward, Checked checked = Checked::once,
                                                         std::source_location where = std::source_location::current()) {
  auto unchecked = std::make_shared<std::atomic<bool>>(checked == Checked::once);
  return [forward = std::move(forward), backward = std::move(backward), unchecked, where]<class... A>(const A&... arguments) {
    using R = std::remove_cvref_t<decltype(forward(arguments...))>;
    const std::tuple<A...> like(arguments...);
    auto result = std::make_shared<R>();
    detail::FunctionRule rule = detail::rule_of(
        forward, like, result,
        "custom_vjp: the function uses a watched tensor that is not among its arguments, so its rule cannot know of it; pass it in");
    rule.backward = [backward, like, result](std::span<const Tensor> in, std::span<const Tensor> out, std::span<const Tensor> ct) {
      const std::tuple<A...> at = tree::rebuild(like, in);
      auto slopes = std::apply([&](const A&... x) { return backward(tree::rebuild(*result, out), tree::rebuild(*result, ct), x...); }, at);
      return detail::beside(like, std::tuple<A...>(std::move(slopes)));
    };
    if (unchecked->exchange(false)) detail::check_custom(rule, tree::leaves(like), where);
    const std::vector<Tensor> leaves = detail::call_function(detail::custom_vjp_op, std::move(rule), tree::leaves(like), where);
    return tree::rebuild(*result, leaves);
  };
}

}  // namespace descent::inline v1
