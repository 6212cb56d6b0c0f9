#include <descent/autodiff/kernels/pointwise.hpp>

namespace descent::inline v1::kernels {
namespace {

/// One axis: every operand has the output's shape or one element.
Space flat(Index numel, std::span<const Shape* const> shapes, Operand* operands) {
  for (std::size_t i = 0; i < shapes.size(); ++i) operands[i].strides[0] = shapes[i]->numel() == 1 ? 0 : 1;
  return {{numel}, 1, numel};
}

bool is_flat(const Shape& out, std::span<const Shape* const> shapes) {
  for (const Shape* shape : shapes)
    if (shape->numel() != 1 && !(*shape == out)) return false;
  return true;
}

}  // namespace

Space collapse(const Shape& out, std::span<const Shape* const> shapes, Operand* operands) {
  if (is_flat(out, shapes)) return flat(out.numel(), shapes, operands);
  // From the last axis outwards, into arrays that are turned round at the end.
  const std::size_t count = shapes.size();
  std::array<Index, max_rank> sizes{};
  std::size_t rank = 0;
  for (std::size_t i = 0; i < count; ++i) operands[i].strides = {};
  const auto stride_of = [&](const Shape& shape, int from_end) -> Index {
    if (from_end >= shape.rank() || shape.back(from_end) == 1) return 0;
    Index stride = 1;
    for (int i = 0; i < from_end; ++i) stride *= shape.back(i);
    return stride;
  };
  for (int axis = 0; axis < out.rank(); ++axis) {
    if (out.back(axis) == 1) continue;
    bool merges = rank > 0;
    for (std::size_t i = 0; i < count && merges; ++i)
      merges = stride_of(*shapes[i], axis) == operands[i].strides[rank - 1] * sizes[rank - 1];
    if (merges) {
      sizes[rank - 1] *= out.back(axis);
      continue;
    }
    for (std::size_t i = 0; i < count; ++i) operands[i].strides[rank] = stride_of(*shapes[i], axis);
    sizes[rank++] = out.back(axis);
  }
  Space space{{}, static_cast<int>(rank), out.numel()};
  for (std::size_t a = 0; a < rank; ++a) space.sizes[a] = sizes[rank - 1 - a];
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t a = 0; a < rank / 2; ++a) std::swap(operands[i].strides[a], operands[i].strides[rank - 1 - a]);
  return space;
}

}  // namespace descent::inline v1::kernels
