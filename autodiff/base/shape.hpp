#pragma once

#include <array>
#include <initializer_list>
#include <span>
#include <string>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1 {

/// The sizes of a tensor's axes, at most 8, row-major. A value; its element count is checked against
/// overflow when it is made.
class Shape {
 public:
  Shape() = default;                             ///< 0-d: one element
  Shape(std::initializer_list<Index> sizes);     ///< throws ShapeError: negative size, rank over 8, count over 2^60
  explicit Shape(std::span<const Index> sizes);  ///< the same

  /// Sizes that were a Shape's before, with their count: not checked again.
  static Shape trusted(const Index* sizes, int rank, Index numel) {
    Shape shape;
    for (int i = 0; i < rank; ++i) shape.sizes_[static_cast<std::size_t>(i)] = sizes[i];
    shape.numel_ = numel;
    shape.rank_ = rank;
    return shape;
  }

  int rank() const { return rank_; }
  Index numel() const { return numel_; }
  Index operator[](int axis) const { return sizes_[static_cast<std::size_t>(axis)]; }  ///< requires: 0 <= axis < rank
  Index size(Index axis) const;  ///< negative axes count from the end; throws IndexError
  Index back(int from_end = 0) const { return sizes_[static_cast<std::size_t>(rank_ - 1 - from_end)]; }

  const Index* begin() const { return sizes_.data(); }
  const Index* end() const { return sizes_.data() + rank_; }
  std::span<const Index> sizes() const { return {begin(), end()}; }

  /// The same shape with `size` at `axis`, with an axis put in before `axis`, or without it. requires: axis in range
  Shape with(int axis, Index size) const;
  Shape inserted(int axis, Index size) const;
  Shape without(int axis) const;

  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_ || a.numel_ != b.numel_) return false;
    for (int i = 0; i < a.rank_; ++i)
      if (a[i] != b[i]) return false;
    return true;
  }

 private:
  std::array<Index, max_rank> sizes_{};
  Index numel_ = 1;
  int rank_ = 0;
};

/// "[8, 3]"; 0-d is "[]".
std::string to_string(const Shape& shape);

/// NumPy's rule: aligned at the end, sizes equal or one of them 1.
/// throws  ShapeError that starts with `who` and prints both shapes
Shape broadcast(const char* who, const Shape& a, const Shape& b);
bool broadcasts(const Shape& a, const Shape& b);  ///< whether `broadcast` would succeed

/// A set of axes as a user gives it: all of them (the default), or some, negative ones from the end.
class Axes {
 public:
  Axes() = default;                        ///< all axes
  Axes(Index axis) : Axes({axis}) {}       // NOLINT: `sum(x, 0)` reads as intended
  Axes(int axis) : Axes({Index{axis}}) {}  // NOLINT
  Axes(std::initializer_list<Index> axes);
  explicit Axes(std::span<const Index> axes);
  static Axes none();  ///< no axis at all, unlike the default

  bool all() const { return all_; }
  std::span<const Index> listed() const { return {axes_.data(), static_cast<std::size_t>(count_)}; }

  /// One bit per axis of a tensor of this rank.
  /// throws  IndexError that starts with `who`: an axis out of range or named twice
  unsigned mask(const char* who, int rank) const;
  /// The same axes of a tensor of this rank once another axis stands in front. throws IndexError as `mask` does
  Axes behind_one(const char* who, int rank) const;

  friend bool operator==(const Axes&, const Axes&) = default;

 private:
  std::array<Index, max_rank> axes_{};
  int count_ = 0;
  bool all_ = true;
};

std::string to_string(const Axes& axes);

/// One axis as a user gives it, made non-negative. throws IndexError that starts with `who`
int checked_axis(const char* who, Index axis, int rank);

/// a * b, or ShapeError that starts with `who` when the product leaves 2^60.
Index checked_product(const char* who, Index a, Index b);

}  // namespace descent::inline v1
