#pragma once

#include <memory>
#include <source_location>
#include <tuple>
#include <utility>
#include <vector>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/transforms/function_op.hpp>
#include <descent/autodiff/tree/tree.hpp>

namespace descent::inline v1 {

/// f with a derivative of your own, stated forward:
///
///   auto root = custom_jvp([](const Tensor& x) { return solve_by_newton(x); },
///                          [](const Tensor& y, const Tensor& t, const Tensor& x) { return t / (2.0 * y); });
///
/// forward   any function of trees of tensors that returns a Tensor or a tree
/// rule      (result, the argument's tangent, the arguments...) -> the result's tangent, linear in the tangent; of several arguments, a
///           tuple of their tangents. Written with ops, it is differentiated for higher orders. Tangents of what is no input are zeros
/// vjp       derived: the rule, being linear in the tangent, is pulled back through
/// throws    ShapeError: the rule returned another shape or dtype than the result's; TapeError: f uses a watched tensor that is not an
///           argument, of which the rule cannot know; pass it in
template <class Forward, class Rule>
auto custom_jvp(Forward forward, Rule rule, std::source_location where = std::source_location::current()) {
  return [forward = std::move(forward), rule = std::move(rule), where]<class... A>(const A&... arguments) {
    using R = std::remove_cvref_t<decltype(forward(arguments...))>;
    const std::tuple<A...> like(arguments...);
    auto result = std::make_shared<R>();
    detail::FunctionRule stated = detail::rule_of(
        forward, like, result,
        "custom_jvp: the function uses a watched tensor that is not among its arguments, so its rule cannot know of it; pass it in");
    stated.forward = [rule, like, result](std::span<const Tensor> in, std::span<const Tensor> out, std::span<const Tensor> t) {
      std::vector<Tensor> tangents(t.begin(), t.end());
      for (std::size_t i = 0; i < tangents.size(); ++i)
        if (tangents[i].absent()) tangents[i] = zeros_like(in[i]);
      const std::tuple<A...> at = tree::rebuild(like, in), along = tree::rebuild(like, tangents);
      const R y = tree::rebuild(*result, out);
      const R tangent = std::apply(
          [&](const A&... x) {
            if constexpr (sizeof...(A) == 1) return rule(y, std::get<0>(along), x...);
            else return rule(y, along, x...);
          },
          at);
      return tree::leaves(tangent);
    };
    const std::vector<Tensor> leaves = detail::call_function(detail::custom_jvp_op, std::move(stated), tree::leaves(like), where);
    return tree::rebuild(*result, leaves);
  };
}

}  // namespace descent::inline v1
