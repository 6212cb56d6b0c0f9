#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <descent/autodiff/tree/select.hpp>

// The leaves of a tree as a list, and a tree from a list.

namespace descent::inline v1::tree {

/// Room for the leaves of a small model, so that a list of them is allocated once.
inline constexpr std::size_t usual_leaves = 16;

/// The chosen leaves, in order of declaration; a leaf with several handles (nn::Shared) once.
std::vector<Tensor> leaves(View tree, const Select& select = all);
/// Their names by path: "hidden.weight", "layers.0.bias", a map's by key, a tuple's by index.
/// throws  TreeError: two leaves have the same name
std::vector<std::string> names(View tree, const Select& select = all);
std::vector<std::pair<std::string, Tensor>> named_leaves(View tree, const Select& select = all);

/// The number of elements, and their bytes.
Index count(View tree, const Select& select = all);
Index bytes(View tree, const Select& select = all);

/// Puts `values` into the chosen leaves, in order, where they are. Nothing is checked but the count, and that first.
/// throws  TreeError: the counts differ
void assign(MutableView tree, std::span<const Tensor> values, const Select& select = all);

/// A copy of the tree with `values` in the chosen leaves, in order; the rest as in `tree`. throws as `assign`
template <class T> T rebuild(T tree, std::span<const Tensor> values, const Select& select = all) {
  assign(tree, values, select);
  return tree;
}

namespace detail {
void assign_only(MutableView tree, std::span<const Tensor> values, const Select& select);
}  // namespace detail

/// The same, and all other leaves absent: a tree of gradients from their list. throws as `assign`
template <class T> T rebuild_only(T tree, std::span<const Tensor> values, const Select& select = trainable) {
  detail::assign_only(tree, values, select);
  return tree;
}

}  // namespace descent::inline v1::tree
