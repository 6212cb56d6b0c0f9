#pragma once

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1 {

/// A number for every spatial axis, or one for each: `.stride = 2`, `.stride = {2, 1}`.
class PerAxis {
 public:
  PerAxis(Index all) : list_{all}, one_(true) {}  // NOLINT: `.stride = 2` reads as intended
  PerAxis(int all) : PerAxis(Index{all}) {}       // NOLINT
  PerAxis(std::initializer_list<Index> list) : list_(list) {}
  explicit PerAxis(std::vector<Index> list) : list_(std::move(list)) {}

  /// One for each of so many axes. throws, in sentences that start with `who` and name `what`: ShapeError: another number of them is
  /// listed; ValueError: one is less than `least`, or more than 2^40
  std::vector<Index> of(const char* who, const char* what, std::size_t axes, Index least) const;
  /// How many are listed.
  std::size_t count() const { return list_.size(); }
  const std::vector<Index>& listed() const { return list_; }

 private:
  std::vector<Index> list_;
  bool one_ = false;
};

}  // namespace descent::inline v1
