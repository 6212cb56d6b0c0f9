#pragma once

#include <optional>
#include <source_location>
#include <tuple>
#include <utility>
#include <vector>

#include <descent/autodiff/tape/program.hpp>
#include <descent/autodiff/tree/tree.hpp>

namespace descent::inline v1 {
namespace detail {
std::vector<Tensor> call_checkpointed(const Program::Function& f, std::vector<std::string> names, std::vector<Tensor> in,
                                      std::source_location where);
}  // namespace detail

/// f, of which a tape keeps the arguments only: what lies between them and the result is computed again when a derivative is taken.
///
///   auto block = checkpoint([&](const Tensor& x) { return layer(x); });       // layer's parameters are captured, and get gradients
///
/// arguments  trees of tensors, as the result is. Watched tensors that f uses from outside count as arguments
/// random     the second run draws the numbers of the first
/// f          runs once; the second time it is the ops it called that run, so what f prints or counts it does once
/// cost       memory of the arguments instead of all values; time of one more run of f for each derivative
template <class F> auto checkpoint(F f, std::source_location where = std::source_location::current()) {
  return [f = std::move(f), where]<class... A>(const A&... arguments) {
    const std::tuple<A...> like(arguments...);
    std::optional<std::remove_cvref_t<decltype(f(arguments...))>> result;
    const auto run = [&](std::span<const Tensor> in) {
      result.emplace(std::apply(f, tree::rebuild(like, in)));
      return tree::leaves(*result);
    };
    const std::vector<Tensor> leaves = detail::call_checkpointed(run, tree::names(like), tree::leaves(like), where);
    return tree::rebuild(std::move(*result), leaves);
  };
}

}  // namespace descent::inline v1
