#include <descent/autodiff/tree/cast.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/tree/map.hpp>

namespace descent::inline v1::tree {
namespace {

Tensor converted(const Tensor& x, Dtype dtype) {
  if (x.abstract()) return abstract_tensor(x.shape(), dtype);
  Tensor result = Tensor::adopt(storage::allocate(x.shape(), dtype));
  kernels::convert(x.dtype(), x.node()->data, dtype, result.node()->data, x.numel());
  return result;
}

}  // namespace

void detail::cast_values(MutableView root, Dtype dtype) {
  if (!is_floating(dtype))
    throw DtypeError("cast_values: got " + std::string(name_of(dtype)) + "; the floating leaves of a tree are cast to f32 or f64");
  tree::edit(root, [dtype](const Path&, Tensor& leaf, Role) {
    if (leaf.present() && is_floating(leaf.dtype()) && leaf.dtype() != dtype) leaf = converted(leaf, dtype);
  });
}

}  // namespace descent::inline v1::tree
