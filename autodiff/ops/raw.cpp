#include <descent/autodiff/ops/raw.hpp>

#include <algorithm>
#include <array>
#include <bit>

#include <descent/autodiff/kernels/copy.hpp>

namespace descent::inline v1::raw {
namespace {

bool in(unsigned mask, int axis) { return (mask >> axis & 1U) != 0; }

bool together(unsigned mask) { return mask == 0 || std::popcount(mask) == static_cast<int>(std::bit_width(mask)) - std::countr_zero(mask); }

/// The axes with those of `mask` last.
struct Order {
  std::array<int, max_rank> axes{};
  std::size_t rank = 0;

  Order(unsigned mask, int axis_count) {
    for (const bool last : {false, true})
      for (int axis = 0; axis < axis_count; ++axis)
        if (in(mask, axis) == last) axes[rank++] = axis;
  }
  std::span<const int> list() const { return {axes.data(), rank}; }
};

}  // namespace

Tensor permuted(const Tensor& x, std::span<const int> order) {
  if (std::is_sorted(order.begin(), order.end())) return x;
  const Shape shape = x.shape();
  std::array<Index, max_rank> steps{}, sizes{}, strides{};
  Index step = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    steps[static_cast<std::size_t>(axis)] = step;
    step *= shape[axis];
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    sizes[i] = shape[order[i]];
    strides[i] = steps[static_cast<std::size_t>(order[i])];
  }
  const std::span<const Index> new_sizes(sizes.data(), order.size());
  Tensor result = make(Shape(new_sizes), x.dtype());
  kernels::strided_copy(result.node()->data, x.node()->data, size_of(x.dtype()), new_sizes, {strides.data(), order.size()});
  return result;
}

Tensor broadcasted(const Tensor& x, const Shape& shape) {
  const Shape from = x.shape();
  std::array<Index, max_rank> strides{};
  Index step = 1;
  for (int axis = from.rank() - 1; axis >= 0; --axis) {
    const int at = axis + shape.rank() - from.rank();
    strides[static_cast<std::size_t>(at)] = from[axis] == shape[at] ? step : 0;
    step *= from[axis];
  }
  Tensor result = make(shape, x.dtype());
  kernels::strided_copy(result.node()->data, x.node()->data, size_of(x.dtype()), shape.sizes(),
                        {strides.data(), static_cast<std::size_t>(shape.rank())});
  return result;
}

Shape reduced_shape(const Shape& shape, unsigned mask, bool keep) {
  std::array<Index, max_rank> sizes{};
  std::size_t rank = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (!in(mask, axis)) sizes[rank++] = shape[axis];
    else if (keep) sizes[rank++] = 1;
  }
  return Shape(std::span<const Index>(sizes.data(), rank));
}

kernels::Reduction reduction_of(const Shape& shape, unsigned mask) {
  kernels::Reduction form{1, 1, 1};
  if (mask == 0) return {shape.numel(), 1, 1};
  const int first = std::countr_zero(mask);
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (in(mask, axis)) form.n *= shape[axis];
    else (together(mask) && axis > first ? form.inner : form.outer) *= shape[axis];
  }
  return form;
}

bool reduces_in_place(unsigned mask) { return mask == 0 || together(mask); }

Reducible reducible(const Tensor& x, unsigned mask) {
  return {reduces_in_place(mask) ? x : permuted(x, Order(mask, x.rank()).list()), reduction_of(x.shape(), mask)};
}

Tensor in_first_order(const Tensor& y, const Shape& shape, unsigned mask) {
  if (together(mask)) return view(y, shape);
  const Order order(mask, shape.rank());
  std::array<Index, max_rank> sizes{};
  std::array<int, max_rank> inverse{};
  for (std::size_t i = 0; i < order.rank; ++i) {
    sizes[i] = shape[order.axes[i]];
    inverse[static_cast<std::size_t>(order.axes[i])] = static_cast<int>(i);
  }
  return permuted(view(y, Shape(std::span<const Index>(sizes.data(), order.rank))), {inverse.data(), order.rank});
}

kernels::Reduction around(const Shape& shape, int axis) {
  kernels::Reduction form{1, shape[axis], 1};
  for (int i = 0; i < shape.rank(); ++i)
    if (i != axis) (i < axis ? form.outer : form.inner) *= shape[i];
  return form;
}

}  // namespace descent::inline v1::raw
