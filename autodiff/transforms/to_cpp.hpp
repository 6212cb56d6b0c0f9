#pragma once

#include <functional>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/tree/tree.hpp>

namespace descent::inline v1 {
namespace detail {
using Leaves = std::vector<Tensor>;
/// `both` gives the cost, then its slopes by `at`.
std::string written_in_cpp(const std::function<Leaves(const Leaves& at)>& both, const Leaves& at, const std::vector<std::string>& names,
                           std::string_view name, std::source_location where);
}  // namespace detail

/// A cost and its gradient as one C++ file that needs nothing: loops over static buffers, in the order of the tape.
///
///   std::ofstream("cost.cpp") << to_cpp(cost, model, "cost");
///   // double cost(const float* hidden_weight, ..., float* d_hidden_weight, ...);
///
/// at       a tree of tensors: their shapes and dtypes are those of the function written, their paths its arguments' names. What the cost
///          captures is written as constants, and its branches and random draws are those taken here
/// result   C++17. The function returns the cost and writes one slope for each parameter; not for several threads at once
/// throws   ValueError: `name` is no C++ name; the tape holds an op that cannot be written: it says which
template <class F, class A>
std::string to_cpp(const F& cost, const A& at, std::string_view name, std::source_location where = std::source_location::current()) {
  const auto both = [&](const detail::Leaves& leaves) {
    const auto [value, slopes] = value_and_grad(cost, tree::trainable, where)(tree::rebuild(at, leaves, tree::trainable));
    detail::Leaves all = {value};
    for (const Tensor& slope : tree::leaves(slopes, tree::trainable)) all.push_back(slope);
    return all;
  };
  return detail::written_in_cpp(both, tree::leaves(at, tree::trainable), tree::names(at, tree::trainable), name, where);
}

}  // namespace descent::inline v1
