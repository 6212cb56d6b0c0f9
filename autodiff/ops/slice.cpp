// slice: picks positions, so linear; `place`, which puts them back between zeros, is its adjoint, and slice is place's.
#include <algorithm>
#include <array>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

using Indices = std::vector<Index>;

/// Where the elements of a strided region of a tensor lie, in elements.
struct Region {
  Index offset = 0;
  std::array<Index, max_rank> strides{};
};

Region region(const Shape& whole, const Indices& start, const Indices& step) {
  Region result;
  Index stride = 1;
  for (int axis = whole.rank() - 1; axis >= 0; --axis) {
    const auto a = static_cast<std::size_t>(axis);
    result.offset += start[a] * stride;
    result.strides[a] = step[a] * stride;
    stride *= whole[axis];
  }
  return result;
}

/// Whether start, start + step, ... are `count` different positions of an axis of this size.
bool stays_inside(Index start, Index step, Index count, Index size) {
  if (count == 0) return true;
  if (start < 0 || start >= size) return false;
  if (count == 1) return true;
  const Index steps_left = step > 0 ? (size - 1 - start) / step : step < 0 ? -(start / step) : 0;
  return count - 1 <= steps_left;
}

void check_region(const char* who, const Shape& whole, const Indices& start, const Indices& step, const Shape& part) {
  const auto rank = static_cast<std::size_t>(whole.rank());
  if (start.size() != rank || step.size() != rank || part.rank() != whole.rank())
    throw ShapeError(std::string(who) + ": " + std::to_string(start.size()) + " starts, " + std::to_string(step.size()) + " steps and " +
                     std::to_string(part.rank()) + " sizes for " + to_string(whole) + "; give one of each for each of its " +
                     std::to_string(rank) + " axes");
  for (std::size_t a = 0; a < rank; ++a) {
    const Index size = whole[static_cast<int>(a)];
    const Index count = part[static_cast<int>(a)];
    if (!stays_inside(start[a], step[a], count, size))
      throw IndexError(std::string(who) + ": " + std::to_string(count) + " positions from " + std::to_string(start[a]) + " by " +
                       std::to_string(step[a]) + " on axis " + std::to_string(a) + " of " + to_string(whole) +
                       "; they must be different and lie in [0, " + std::to_string(size) + ")");
  }
}

Indices with_first(Indices list, Index first) {
  list.insert(list.begin(), first);
  return list;
}

struct SliceOp : Linear<SliceOp> {
  static constexpr std::string_view name = "slice";
  struct Params {
    Indices start;
    Indices step;
    Shape size;
  };
  static Shape shape(const Params& p, const Shape& x) {
    check_region("slice", x, p.start, p.step, p.size);
    return p.size;
  }
  static Tensor forward(const Params& p, const Tensor& x) {
    Tensor result = raw::make(shape(p, x.shape()), x.dtype());
    if (p.size.numel() == 0) return result;
    const Region from = region(x.shape(), p.start, p.step);
    kernels::strided_copy(result.node()->data, x.node()->data + from.offset * size_of(x.dtype()), size_of(x.dtype()), p.size.sizes(),
                          {from.strides.data(), static_cast<std::size_t>(p.size.rank())});
    return result;
  }
  static Tensor adjoint(const Params& p, const Abstract& x, const Tensor& ct) { return place(ct, p.start, p.step, x.shape); }
  static Params batched(const Params& p, std::span<const Abstract>, Index size) {
    return {with_first(p.start, 0), with_first(p.step, 1), p.size.inserted(0, size)};
  }
  static Samples samples() {
    return {with(Params{{1}, {2}, Shape{2}}, {uniform({5}, -2, 2)}), with(Params{{0, 3}, {1, -1}, Shape{3, 2}}, {uniform({3, 4}, -2, 2)}),
            with(Params{{2, 0, 1}, {-2, 1, 1}, Shape{2, 1, 3}}, {uniform({3, 2, 4}, -2, 2)}),
            with(Params{{0}, {1}, Shape{0}}, {uniform({3}, -2, 2)}), with(Params{{}, {}, Shape{}}, {uniform({}, -2, 2)})};
  }
};

struct Place : Linear<Place> {
  static constexpr std::string_view name = "place";
  struct Params {
    Indices start;
    Indices step;
    Shape shape;
  };
  static Shape shape(const Params& p, const Shape& x) {
    check_region("place", p.shape, p.start, p.step, x);
    return p.shape;
  }
  static Tensor forward(const Params& p, const Tensor& x) {
    Tensor result = raw::make(shape(p, x.shape()), x.dtype());
    kernels::fill(result.node()->data, x.dtype(), 0, p.shape.numel());
    if (x.numel() == 0) return result;
    const Region to = region(p.shape, p.start, p.step);
    const Shape part = x.shape();
    kernels::strided_store(result.node()->data + to.offset * size_of(x.dtype()), part.sizes(),
                           {to.strides.data(), static_cast<std::size_t>(part.rank())}, x.node()->data, size_of(x.dtype()));
    return result;
  }
  static Tensor adjoint(const Params& p, const Abstract& x, const Tensor& ct) { return slice(ct, p.start, p.step, x.shape); }
  static Params batched(const Params& p, std::span<const Abstract>, Index size) {
    return {with_first(p.start, 0), with_first(p.step, 1), p.shape.inserted(0, size)};
  }
  static Samples samples() {
    return {with(Params{{1}, {2}, Shape{5}}, {uniform({2}, -2, 2)}), with(Params{{0, 3}, {1, -1}, Shape{3, 4}}, {uniform({3, 2}, -2, 2)}),
            with(Params{{0}, {1}, Shape{3}}, {uniform({0}, -2, 2)}), with(Params{{}, {}, Shape{}}, {uniform({}, -2, 2)})};
  }
};

/// One axis of a user's slice, resolved: `count` positions from `start` by `step`.
struct Resolved {
  Index start, step, count;
};

Resolved resolved(const Slice& slice, Index size, std::source_location where) {
  if (slice.step == 0) throw ValueError("slice: the step is 0; it must be positive, or negative to run backwards", where);
  constexpr Index kLargest = Index{1} << 60;
  const Index step = std::clamp(slice.step, -kLargest, kLargest);
  const Index least = step > 0 ? 0 : -1;  // an end that is "before the first" when running backwards
  const Index most = step > 0 ? size : size - 1;
  const auto end = [&](std::optional<Index> given, Index open) {
    return given ? std::clamp(*given < 0 ? *given + size : *given, least, most) : open;
  };
  const Index start = end(slice.start, step > 0 ? 0 : size - 1);
  const Index stop = end(slice.stop, step > 0 ? size : -1);
  const Index distance = step > 0 ? stop - start : start - stop;
  const Index count = distance <= 0 ? 0 : (distance - 1) / (step > 0 ? step : -step) + 1;
  return {count == 0 ? 0 : start, count <= 1 ? 1 : step, count};
}

Resolved position(Index at, int axis, const Shape& x, std::source_location where) {
  const Index size = x[axis];
  if (at < -size || at >= size)
    throw IndexError("slice: position " + std::to_string(at) + " on axis " + std::to_string(axis) + " of " + to_string(x) +
                         "; it must lie in [" + std::to_string(-size) + ", " + std::to_string(size) + ")",
                     where);
  return {at < 0 ? at + size : at, 1, 1};
}

}  // namespace

constinit const Op slice_op = make_op<SliceOp>();
Tensor slice(Arg x, std::vector<Index> start, std::vector<Index> step, const Shape& size) {
  return bind(slice_op, SliceOp::Params{std::move(start), std::move(step), size}, std::move(x));
}

constinit const Op place_op = make_op<Place>();
Tensor place(Arg x, std::vector<Index> start, std::vector<Index> step, const Shape& shape) {
  return bind(place_op, Place::Params{std::move(start), std::move(step), shape}, std::move(x));
}

Tensor slice(Arg x, std::span<const AxisSlice> axes) {
  const std::source_location where = x.where();
  Tensor whole = x.take();
  const Shape from = whole.shape();
  if (static_cast<int>(axes.size()) > from.rank())
    throw IndexError(
        "slice: " + std::to_string(axes.size()) + " slices for " + to_string(from) + ", which has " + std::to_string(from.rank()) + " axes",
        where);
  Indices start(static_cast<std::size_t>(from.rank()), 0), step(static_cast<std::size_t>(from.rank()), 1);
  Shape size = from, kept;
  for (int axis = 0; axis < from.rank(); ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    const bool drops = a < axes.size() && axes[a].drops();
    if (a < axes.size()) {
      const Resolved one = drops ? position(axes[a].position(), axis, from, where) : resolved(axes[a].slice(), from[axis], where);
      start[a] = one.start;
      step[a] = one.step;
      size = size.with(axis, one.count);
    }
    if (!drops) kept = kept.inserted(kept.rank(), size[axis]);
  }
  const bool all = size == from && std::all_of(start.begin(), start.end(), [](Index first) { return first == 0; });
  Tensor part = all ? std::move(whole) : slice({std::move(whole), where}, std::move(start), std::move(step), size);
  return kept == size ? part : reshape({std::move(part), where}, kept);
}
Tensor slice(Arg x, std::initializer_list<AxisSlice> axes) { return slice(std::move(x), std::span(axes.begin(), axes.size())); }

}  // namespace descent::inline v1
