#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <descent/autodiff/tree/walk.hpp>

namespace descent::inline v1::tree {

/// Of the leaves that are present: all; those that a gradient is taken of; the others (buffers, integers, bools).
enum class Which : std::uint8_t { all, trainable, carried };
using enum Which;

/// Which leaves a function over trees deals with. Absent leaves are never chosen.
class Select {
 public:
  Select(Which which) : which_(which) {}  // NOLINT: `leaves(model, tree::trainable)` reads as intended
  Select(Which which, std::vector<std::string> without) : which_(which), without_(std::move(without)) {}

  bool operator()(const Path& path, const Tensor& leaf, Role role) const;
  /// The names that are left out.
  const std::vector<std::string>& without() const { return without_; }

 private:
  Which which_;
  std::vector<std::string> without_;
};

/// Whether a name matches a pattern, in which each `*` stands for any text, dots included: "encoder.*", "*.bias".
bool matches(std::string_view pattern, std::string_view name);

/// The trainable leaves of a tree but those that a pattern matches: what is left to train when these are frozen. Given to
/// `value_and_grad`, the frozen leaves are constants of the function and absent in the gradient, so an optimiser leaves
/// them as they are, weight decay included.
/// throws  TreeError: a pattern matches no trainable leaf
Select freeze(View tree, std::initializer_list<std::string_view> patterns);

}  // namespace descent::inline v1::tree
