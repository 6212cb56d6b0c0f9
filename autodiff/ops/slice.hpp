#pragma once

#include <concepts>
#include <optional>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1 {

/// Python's start:stop:step along one axis. An end left out is the axis' own, negative ones count from its end, and what
/// lies outside is cut off; a negative step runs backwards. `Slice{}` is the whole axis, `Slice{.step = -1}` its mirror image.
struct Slice {
  std::optional<Index> start{};
  std::optional<Index> stop{};
  Index step = 1;
};

/// What `slice` takes for one axis: a Slice, or a position, which drops the axis.
class AxisSlice {
 public:
  AxisSlice(Slice slice) : slice_(slice) {}  // NOLINT: `slice(x, {Slice{0, 3}, 2})` reads as intended
  template <std::integral I> AxisSlice(I position) : slice_{static_cast<Index>(position)}, drops_(true) {}  // NOLINT

  const Slice& slice() const { return slice_; }
  bool drops() const { return drops_; }
  Index position() const { return *slice_.start; }  ///< requires: drops()

 private:
  Slice slice_;
  bool drops_ = false;
};

}  // namespace descent::inline v1
