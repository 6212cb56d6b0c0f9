#pragma once

#include <optional>
#include <vector>

#include <descent/autodiff/compile/strips.hpp>
#include <descent/autodiff/tape/graph.hpp>

namespace descent::inline v1::compiling {

/// Where the elements of a value are when views and broadcasts are seen through: those of `base`, which, in shape `as`, broadcast to the
/// value's shape.
struct Source {
  Graph::Id base;
  Shape as;
};

/// By value. A value that is neither a view nor a broadcast is its own source.
std::vector<Source> sources_of(const Graph& graph);

/// The rows and columns of a domain; no columns: any that fit.
struct Cut {
  Index rows = 0, columns = 0;
  bool known() const { return columns != 0; }
  friend bool operator==(const Cut&, const Cut&) = default;
};

/// How elements of shape `as`, broadcast to `shape`, lie in it, and the cut which that asks for; none where one cut is not enough.
struct Lie {
  Form form;
  Cut cut;
};
std::optional<Lie> lie_of(const Shape& as, const Shape& shape);

}  // namespace descent::inline v1::compiling
