#include <descent/autodiff/kernels/pointwise.hpp>

namespace descent::inline v1::kernels {
namespace {

bool is_flat(const Shape& out, std::span<const Shape* const> shapes) {
  for (const Shape* shape : shapes)
    if (shape->numel() != 1 && !(*shape == out)) return false;
  return true;
}

}  // namespace

void collapse(const Shape& out, std::span<const Shape* const> shapes, Space& space, Operand* operands) {
  space.numel = out.numel();
  if (is_flat(out, shapes)) {  // one axis: every operand has the output's shape or one element
    space.rank = 1;
    space.sizes[0] = out.numel();
    for (std::size_t i = 0; i < shapes.size(); ++i) operands[i].strides[0] = shapes[i]->numel() == 1 ? 0 : 1;
    return;
  }
  // From the last axis outwards, into arrays that are turned round at the end.
  const std::size_t count = shapes.size();
  std::array<Index, max_operands> step;  // how far the next element along the axis lies, in each operand
  step.fill(1);
  std::array<Index, max_rank> sizes;
  std::size_t rank = 0;
  for (int back = 0; back < out.rank(); ++back) {
    const Index size = out.back(back);
    if (size == 1) continue;
    std::array<Index, max_operands> stride;
    bool merges = rank > 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Index own = back < shapes[i]->rank() ? shapes[i]->back(back) : 1;
      stride[i] = own == 1 ? 0 : step[i];
      step[i] *= own;
      merges = merges && stride[i] == operands[i].strides[rank - 1] * sizes[rank - 1];
    }
    if (merges) {
      sizes[rank - 1] *= size;
      continue;
    }
    for (std::size_t i = 0; i < count; ++i) operands[i].strides[rank] = stride[i];
    sizes[rank++] = size;
  }
  space.rank = static_cast<int>(rank);
  for (std::size_t a = 0; a < rank; ++a) space.sizes[a] = sizes[rank - 1 - a];
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t a = 0; a < rank / 2; ++a) std::swap(operands[i].strides[a], operands[i].strides[rank - 1 - a]);
}

}  // namespace descent::inline v1::kernels
