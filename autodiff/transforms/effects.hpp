#pragma once

#include <concepts>
#include <cstddef>
#include <source_location>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <descent/autodiff/tree/tree.hpp>

// A transform shows a function a copy of each argument. What the function may do to one that it takes by reference, and how the caller's
// own gets it: buffers and counters may change, parameters not.

namespace descent::inline v1::detail {

/// After a call: the parameters are the tensors they were, and there are as many other leaves as before.
/// throws  ValueError that names the first changed one
void require_unchanged(const char* who, tree::View after, std::span<const Tensor> parameters, std::size_t others,
                       const tree::Select& select, std::source_location where);

/// Buffers and counters of `after` that differ, put into the caller's argument. requires: as many leaves in both
void write_back(tree::MutableView argument, tree::View after);
/// The same where the argument may change, and is what the function was shown.
template <class A, class Copy> void write_back_to(A& argument, const Copy& after) {
  if constexpr (!std::is_const_v<A> && std::same_as<A, Copy>) write_back(argument, after);
}

/// Which leaves of an argument, or of several in a tuple, a call has changed.
class Effects {
 public:
  Effects(const char* who, tree::View shown, std::source_location where);

  /// After the call: the leaves that are others now, and present. throws as require_unchanged
  std::vector<Tensor> changed(tree::View after);
  /// Puts values into the places of those. requires: changed() was called, and gave as many
  void put(tree::MutableView argument, std::span<const Tensor> values) const;
  const std::string& path(std::size_t change) const { return changes_[change].path; }

 private:
  struct Change {
    std::size_t leaf;
    std::string path;
  };
  const char* who_;
  std::source_location where_;
  std::vector<Tensor> shown_;  // every leaf, absent ones too
  std::vector<Tensor> parameters_;
  std::vector<Change> changes_;
};

}  // namespace descent::inline v1::detail
