#pragma once

#include <source_location>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::detail {

/// The leaves of trees of one structure, put together along axis 0, tree after tree.
class Pieces {
 public:
  Pieces(const char* who, std::source_location where) : who_(who), where_(where) {}

  /// throws  TreeError: another number of leaves than the first tree's
  void add(std::vector<Tensor> leaves);
  /// Each leaf of all trees, along a new axis 0. throws ValueError: there is no tree; ShapeError: different shapes
  std::vector<Tensor> stacked() const { return together(true); }
  /// The same along the axis 0 that they have.
  std::vector<Tensor> joined() const { return together(false); }

 private:
  std::vector<Tensor> together(bool new_axis) const;

  const char* who_;
  std::source_location where_;
  std::vector<Tensor> all_;  // tree after tree
  Index trees_ = 0;
};

}  // namespace descent::inline v1::detail
