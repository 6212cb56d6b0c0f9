#pragma once

#include <descent/autodiff/tree/walk.hpp>

namespace descent::inline v1::tree {

namespace detail {
void set_training(MutableView root, bool value);
}  // namespace detail

/// The tree with every field `bool training` set: layers such as dropout then behave as in training.
template <class T> T train(T tree) {
  detail::set_training(tree, true);
  return tree;
}

/// The tree with every field `bool training` cleared: layers then behave as in use.
template <class T> T eval(T tree) {
  detail::set_training(tree, false);
  return tree;
}

}  // namespace descent::inline v1::tree
