#include <descent/autodiff/tensor/tensor.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>

namespace descent::inline v1 {

void Tensor::throw_absent(const char* what) {
  throw ValueError(std::string(what) + ": the tensor is absent (default-constructed); give it a value first, or ask present()");
}

const std::byte* Tensor::bytes(const char* what) const {
  const storage::Node& node = required(what);
  if (node.data == nullptr)
    throw AbstractError(std::string(what) + ": the tensor is abstract, " + to_string(abstract_of(*this)) +
                        " without values, because a function is being traced; use where, cond or while_loop instead of reading it");
  return node.data;
}

Index Tensor::size(Index axis) const { return required("size").sizes()[checked_axis("size", axis, rank())]; }

template <Element T> T Tensor::item() const {
  const std::byte* from = bytes("item");
  if (node_->numel != 1) throw ShapeError("item: the shape is " + to_string(shape()) + "; item needs exactly one element, use to_vector");
  T value{};
  kernels::convert(node_->dtype, from, dtype_of<T>, &value, 1);
  return value;
}

template <Element T> std::vector<T> Tensor::to_vector() const {
  const std::byte* from = bytes("to_vector");
  if constexpr (std::is_same_v<T, bool>) {  // a vector of bool has no array to write into
    std::vector<unsigned char> flags(static_cast<std::size_t>(node_->numel));
    kernels::convert(node_->dtype, from, Dtype::boolean, flags.data(), node_->numel);
    return {flags.begin(), flags.end()};
  } else {
    std::vector<T> values(static_cast<std::size_t>(node_->numel));
    kernels::convert(node_->dtype, from, dtype_of<T>, values.data(), node_->numel);
    return values;
  }
}

template <Element T> std::span<const T> Tensor::data() const {
  const std::byte* from = bytes("data");
  if (node_->dtype != dtype_of<T>)
    throw DtypeError("data: the tensor holds " + std::string(name_of(node_->dtype)) + ", asked for " + std::string(name_of(dtype_of<T>)) +
                     "; cast it first or use to_vector, which converts");
  return {reinterpret_cast<const T*>(from), static_cast<std::size_t>(node_->numel)};
}

#define INSTANTIATE(T)                                  \
  template T Tensor::item<T>() const;                   \
  template std::vector<T> Tensor::to_vector<T>() const; \
  template std::span<const T> Tensor::data<T>() const;
INSTANTIATE(bool)
INSTANTIATE(std::int32_t)
INSTANTIATE(std::int64_t)
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

std::string to_string(const Abstract& what) { return std::string(name_of(what.dtype)) + to_string(what.shape); }

Tensor abstract_tensor(const Shape& shape, Dtype dtype) { return Tensor::adopt(storage::allocate_abstract(shape, dtype)); }

}  // namespace descent::inline v1
