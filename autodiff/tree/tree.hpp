#pragma once

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tree/cast.hpp>
#include <descent/autodiff/tree/compare.hpp>
#include <descent/autodiff/tree/describe.hpp>
#include <descent/autodiff/tree/leaves.hpp>
#include <descent/autodiff/tree/map.hpp>
#include <descent/autodiff/tree/modes.hpp>
#include <descent/autodiff/tree/select.hpp>
#include <descent/autodiff/tree/shared.hpp>
#include <descent/autodiff/tree/walk.hpp>

// Trees of tensors: a Tensor, any aggregate or class with `fields`, and containers of these. A model, its gradient, an
// optimiser's state and a batch are trees, and every function over trees is written once, over one walk (walk.hpp).

namespace descent::inline v1::tree {

/// A type that the functions over trees take: a leaf, a constant, a container, an aggregate, or a class that lists its
/// `fields`. Members are looked at where a tree is walked: there, one that is no tree is a compile error with a sentence.
template <class T>
concept TreeLike = std::derived_from<T, Tensor> || PassesWalkOn<T> || is_constant<T> || requires { sizeof(Parts<T>); } || Reflected<T>;

}  // namespace descent::inline v1::tree
