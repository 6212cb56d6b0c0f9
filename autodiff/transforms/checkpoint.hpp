#pragma once

#include <optional>
#include <source_location>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <descent/autodiff/tape/program.hpp>
#include <descent/autodiff/transforms/effects.hpp>
#include <descent/autodiff/tree/tree.hpp>

namespace descent::inline v1 {
struct CheckpointOptions {
  Index limit = -1;  ///< bytes of values that the second run may hold (`Tape::limit`); -1: any number
};

namespace detail {
std::vector<Tensor> call_checkpointed(const Program::Function& f, std::vector<std::string> names, std::vector<Tensor> in,
                                      CheckpointOptions options, std::source_location where);
}  // namespace detail

/// f, of which a tape keeps the arguments only: what lies between them and the result is computed again when a derivative is taken.
///
///   auto block = checkpoint([&](const Tensor& x) { return layer(x); });       // layer's parameters are captured, and get gradients
///   auto step = value_and_grad(checkpoint(cost, {.limit = 64 << 20}));        // in about 64 MiB, whatever cost computes
///
/// arguments  trees of tensors, as the result is. Watched tensors that f uses from outside count as arguments
/// buffers    those that f changes in an argument it takes by reference are written back to the caller's
/// random     the second run draws the numbers of the first
/// f          runs once; the second time it is the ops it called that run, so what f prints or counts it does once
/// cost       memory of the arguments instead of all values; time of one more run of f for each derivative
/// throws     ValueError: f changed a parameter
template <class F> auto checkpoint(F f, CheckpointOptions options = {}, std::source_location where = std::source_location::current()) {
  return [f = std::move(f), options, where]<class... A>(A&&... arguments) {
    std::tuple<std::remove_cvref_t<A>...> like(arguments...);
    std::optional<std::remove_cvref_t<decltype(std::apply(f, like))>> result;
    std::optional<detail::Effects> effects;
    std::size_t returned = 0;
    const auto run = [&](std::span<const Tensor> in) {
      auto seen = tree::rebuild(like, in);
      effects.emplace("checkpoint", seen, where);
      result.emplace(std::apply(f, seen));
      std::vector<Tensor> out = tree::leaves(*result);
      returned = out.size();
      std::vector<Tensor> changed = effects->changed(seen);
      out.insert(out.end(), changed.begin(), changed.end());
      return out;
    };
    const std::vector<Tensor> out = detail::call_checkpointed(run, tree::names(like), tree::leaves(like), options, where);
    effects->put(like, std::span(out).subspan(returned));
    std::apply([&](const auto&... after) { (detail::write_back_to(arguments, after), ...); }, like);
    return tree::rebuild(std::move(*result), std::span(out).first(returned));
  };
}

}  // namespace descent::inline v1
