#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1::tree {

/// Where a walk over a tree is: a chain of names and indices from the root, each on the stack of the walk. The text
/// "layers.0.weight" is built only when asked for, so that a walk that needs no names pays for none.
/// lifetime  valid during the call that was given it, the name of the last part included
class Path {
 public:
  Path() = default;  ///< the root: no text
  /// A part of what `parent` leads to. An empty name adds nothing to the text.
  Path(const Path& parent, std::string_view name) : parent_(&parent), name_(name) {}
  Path(const Path& parent, Index index) : parent_(&parent), index_(index), indexed_(true) {}
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

  /// The last part; empty at the root and for an index.
  std::string_view name() const { return name_; }
  /// All parts, joined by dots.
  std::string text() const;
  /// A number that two paths of the same text share and others, but for one chance in 2^64, do not.
  std::uint64_t hash() const;

 private:
  const Path* parent_ = nullptr;
  std::string_view name_;
  Index index_ = 0;
  bool indexed_ = false;
};

}  // namespace descent::inline v1::tree
