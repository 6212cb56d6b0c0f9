#include <descent/autodiff/ops/indices.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1::raw {
namespace {

/// The position of element `flat` of a tensor: "[1, 0]".
std::string place_of(Index flat, const Shape& shape) {
  std::string text;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    text = std::to_string(flat % shape[axis]) + (text.empty() ? "" : ", ") + text;
    flat /= shape[axis];
  }
  return "[" + text + "]";
}

}  // namespace

void check_index_dtype(const char* who, Dtype index) {
  if (!is_integer(index))
    throw DtypeError(std::string(who) + ": the indices are " + std::string(name_of(index)) + "; they must be i32 or i64" +
                     (index == boolean ? ", select by a mask with masked_select or where" : ", cast them first"));
}

Tensor positions(const char* who, const Tensor& index) {
  check_index_dtype(who, index.dtype());
  return converted(index, i64);
}

void check_positions(const char* who, const Tensor& positions, Index bad, const Shape& x, int axis) {
  if (bad < 0) return;
  const std::string size = std::to_string(x[axis]);
  throw IndexError(std::string(who) + ": index " + std::to_string(read<std::int64_t>(positions)[bad]) + " at position " +
                   place_of(bad, positions.shape()) + " of the indices is outside axis " + std::to_string(axis) + " of " + to_string(x) +
                   "; it must lie in [-" + size + ", " + size + ")");
}

}  // namespace descent::inline v1::raw
