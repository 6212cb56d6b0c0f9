#pragma once

#include <descent/autodiff/tree/walk.hpp>

namespace descent::inline v1::tree {

namespace detail {
void cast_values(MutableView root, Dtype dtype);
}  // namespace detail

/// The tree with its floating leaves, buffers included, in `dtype`. Of the values only: no tape records it, so the result
/// does not depend on what it was made from; inside a differentiated function map the op `cast` over the tree instead.
/// throws  DtypeError: `dtype` is not floating
template <class T> T cast_values(T tree, Dtype dtype) {
  detail::cast_values(tree, dtype);
  return tree;
}

}  // namespace descent::inline v1::tree
