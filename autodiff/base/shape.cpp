#include <descent/autodiff/base/shape.hpp>

#include <algorithm>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1 {
namespace {

constexpr Index kMaxElements = Index{1} << 60;

std::string joined(std::span<const Index> numbers) {
  std::string text = "[";
  for (std::size_t i = 0; i < numbers.size(); ++i) text += (i ? ", " : "") + std::to_string(numbers[i]);
  return text + "]";
}

}  // namespace

Index checked_product(const char* who, Index a, Index b) {
  Index product = 0;
  if (__builtin_mul_overflow(a, b, &product) || product > kMaxElements)
    throw ShapeError(std::string(who) + ": " + std::to_string(a) + " times " + std::to_string(b) + " elements is more than 2^60");
  return product;
}

Shape::Shape(std::initializer_list<Index> sizes) : Shape(std::span<const Index>(sizes.begin(), sizes.size())) {}

Shape::Shape(std::span<const Index> sizes) {
  if (sizes.size() > max_rank)
    throw ShapeError("shape: " + joined(sizes) + " has " + std::to_string(sizes.size()) + " axes; a tensor has at most 8");
  bool empty = false;
  Index bound = 1;  // the product of the non-zero sizes: a zero must not hide an overflow elsewhere
  for (const Index size : sizes) {
    if (size < 0) throw ShapeError("shape: " + joined(sizes) + " has a negative size; sizes must be 0 or more");
    empty |= size == 0;
    if (size != 0 && (__builtin_mul_overflow(bound, size, &bound) || bound > kMaxElements))
      throw ShapeError("shape: " + joined(sizes) + " has more than 2^60 elements");
    sizes_[static_cast<std::size_t>(rank_++)] = size;
  }
  numel_ = empty ? 0 : bound;
}

Index Shape::size(Index axis) const { return (*this)[checked_axis("shape", axis, rank_)]; }

Shape Shape::with(int axis, Index size) const {
  std::array<Index, max_rank> sizes = sizes_;
  sizes[static_cast<std::size_t>(axis)] = size;
  return Shape(std::span<const Index>(sizes.data(), static_cast<std::size_t>(rank_)));
}

Shape Shape::inserted(int axis, Index size) const {
  std::array<Index, max_rank + 1> sizes{};
  std::copy(begin(), begin() + axis, sizes.begin());
  sizes[static_cast<std::size_t>(axis)] = size;
  std::copy(begin() + axis, end(), sizes.begin() + axis + 1);
  return Shape(std::span<const Index>(sizes.data(), static_cast<std::size_t>(rank_ + 1)));
}

Shape Shape::without(int axis) const {
  std::array<Index, max_rank> sizes{};
  std::copy(begin() + axis + 1, end(), std::copy(begin(), begin() + axis, sizes.begin()));
  return Shape(std::span<const Index>(sizes.data(), static_cast<std::size_t>(rank_ - 1)));
}

std::string to_string(const Shape& shape) { return joined(shape.sizes()); }

bool broadcasts(const Shape& a, const Shape& b) {
  for (int i = 0; i < std::min(a.rank(), b.rank()); ++i)
    if (a.back(i) != b.back(i) && a.back(i) != 1 && b.back(i) != 1) return false;
  return true;
}

Shape broadcast(const char* who, const Shape& a, const Shape& b) {
  if (a == b) return a;
  if (!broadcasts(a, b))
    throw ShapeError(std::string(who) + ": shapes " + to_string(a) + " and " + to_string(b) +
                     " do not broadcast; aligned at the end, sizes must be equal or 1");
  const int rank = std::max(a.rank(), b.rank());
  std::array<Index, max_rank> sizes{};
  for (int i = 0; i < rank; ++i) {
    const Index from_a = i < a.rank() ? a.back(i) : 1;
    const Index from_b = i < b.rank() ? b.back(i) : 1;
    sizes[static_cast<std::size_t>(rank - 1 - i)] = from_a == 1 ? from_b : from_a;
  }
  return Shape(std::span<const Index>(sizes.data(), static_cast<std::size_t>(rank)));
}

Axes::Axes(std::initializer_list<Index> axes) : Axes(std::span<const Index>(axes.begin(), axes.size())) {}

Axes::Axes(std::span<const Index> axes) : all_(false) {
  if (axes.size() > max_rank) throw IndexError("axes: " + joined(axes) + " are more than a tensor's 8");
  for (const Index axis : axes) axes_[static_cast<std::size_t>(count_++)] = axis;
}

Axes Axes::none() { return Axes(std::span<const Index>{}); }

unsigned Axes::mask(const char* who, int rank) const {
  if (all_) return (1U << rank) - 1U;
  unsigned mask = 0;
  for (const Index axis : listed()) {
    const unsigned bit = 1U << checked_axis(who, axis, rank);
    if (mask & bit) throw IndexError(std::string(who) + ": axes " + to_string(*this) + " name an axis twice; name each once");
    mask |= bit;
  }
  return mask;
}

Axes Axes::behind_one(const char* who, int rank) const {
  const unsigned chosen = mask(who, rank);
  Axes result = none();
  for (int axis = 0; axis < rank; ++axis)
    if ((chosen >> axis & 1U) != 0) result.axes_[static_cast<std::size_t>(result.count_++)] = axis + 1;
  return result;
}

std::string to_string(const Axes& axes) { return axes.all() ? "all" : joined(axes.listed()); }

int checked_axis(const char* who, Index axis, int rank) {
  if (axis < -rank || axis >= rank)
    throw IndexError(std::string(who) + ": axis " + std::to_string(axis) + " is out of range; a tensor of rank " + std::to_string(rank) +
                     (rank == 0 ? " has no axes" : " has axes " + std::to_string(-rank) + " to " + std::to_string(rank - 1)));
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

}  // namespace descent::inline v1
