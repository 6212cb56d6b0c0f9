#pragma once

#include <functional>
#include <memory>
#include <source_location>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <descent/autodiff/tree/tree.hpp>

namespace descent::inline v1 {
namespace detail {

/// A function and its vjp on lists of leaves: what a call of `custom_vjp` is recorded as.
struct CustomRule {
  using Leaves = std::vector<Tensor>;
  std::vector<std::string> names;  ///< of the arguments' leaves, for messages
  /// The arguments' cotangents (absent: zero) of the arguments, the results and their cotangents.
  std::function<Leaves(std::span<const Tensor> in, std::span<const Tensor> out, std::span<const Tensor> ct)> backward;
};

/// Computes the results by `forward`, on plain tensors, and records the call as one op.
/// throws  TapeError: `forward` uses a watched tensor that is not among its arguments
std::vector<Tensor> call_custom(CustomRule rule, const std::function<std::vector<Tensor>(std::span<const Tensor>)>& forward,
                                std::vector<Tensor> in, std::source_location where);

/// The leaves of `gradient` beside those of `like` that are present. throws TreeError: other structure
template <class T> std::vector<Tensor> beside(const T& like, const T& gradient) {
  std::vector<Tensor> found;
  tree::zip([&](const Tensor&, const Tensor& slope) { found.push_back(slope); }, like, gradient);
  return found;
}

}  // namespace detail

/// f with a derivative of your own:
///
///   auto clipped = custom_vjp([](const Tensor& x) { return clamp(x, -1, 1); },
///                             [](const Tensor& y, const Tensor& ct, const Tensor& x) { return ct; });   // straight through
///
/// forward   any function of trees of tensors that returns a Tensor or a tree
/// backward  (result, its cotangent, the arguments...) -> the argument's cotangent; of several arguments, a tuple of theirs.
///           Written with ops, it is differentiated for higher orders. Absent tensors in what it returns stand for zero.
/// jvp       derived: the rule is differentiated in its cotangent
/// throws    ShapeError: the rule returned another shape or dtype than the argument's; TapeError: f uses a watched tensor that is not an
///           argument, of which the rule cannot know; pass it in
template <class Forward, class Backward>
auto custom_vjp(Forward forward, Backward backward, std::source_location where = std::source_location::current()) {
  return [forward = std::move(forward), backward = std::move(backward), where]<class... A>(const A&... arguments) {
    using R = std::remove_cvref_t<decltype(forward(arguments...))>;
    const std::tuple<A...> like(arguments...);
    auto result = std::make_shared<R>();
    detail::CustomRule rule;
    rule.names = tree::names(like);
    rule.backward = [backward, like, result](std::span<const Tensor> in, std::span<const Tensor> out, std::span<const Tensor> ct) {
      const std::tuple<A...> at = tree::rebuild(like, in);
      auto slopes = std::apply([&](const A&... x) { return backward(tree::rebuild(*result, out), tree::rebuild(*result, ct), x...); }, at);
      return detail::beside(like, std::tuple<A...>(std::move(slopes)));
    };
    const auto run = [&](std::span<const Tensor> leaves) {
      *result = std::apply(forward, tree::rebuild(like, leaves));
      return tree::leaves(*result);
    };
    const std::vector<Tensor> leaves = detail::call_custom(std::move(rule), run, tree::leaves(like), where);
    return tree::rebuild(*result, leaves);
  };
}

}  // namespace descent::inline v1
