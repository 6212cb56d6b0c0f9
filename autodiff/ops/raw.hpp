#pragma once

#include <descent/autodiff/kernels/reduce.hpp>
#include <descent/autodiff/tensor/tensor.hpp>

// What op files share to reach the elements they compute. Below the tape.

namespace descent::inline v1::raw {

/// A new tensor whose elements are yet to be written.
inline Tensor make(const Shape& shape, Dtype dtype) { return Tensor::adopt(storage::allocate(shape, dtype)); }

/// What sums and products of this dtype are held in.
constexpr Dtype summable(Dtype dtype) { return is_floating(dtype) ? dtype : i64; }

template <class T> const T* read(const Tensor& x) { return reinterpret_cast<const T*>(x.node()->data); }
template <class T> T* write(Tensor& x) { return reinterpret_cast<T*>(x.node()->data); }  ///< requires: x came from make()

/// The same elements under another shape, without a copy.
inline Tensor view(const Tensor& x, const Shape& shape) { return Tensor::adopt(storage::view(x.node(), shape)); }

/// x with its axes in another order, copied; x itself when the order changes nothing.
Tensor permuted(const Tensor& x, std::span<const int> order);

/// x written out in a shape that it broadcasts to.
Tensor broadcasted(const Tensor& x, const Shape& shape);

/// The shape after reducing the axes of `mask`, which stay with size 1 when `keep`.
Shape reduced_shape(const Shape& shape, unsigned mask, bool keep);

/// The middle axis that the axes of `mask` make: where they lie, if they lie together, else last.
kernels::Reduction reduction_of(const Shape& shape, unsigned mask);
/// Whether a kernel that reduces the axes of `mask` reads x as it lies.
bool reduces_in_place(unsigned mask);

/// x ready for a kernel that reduces its middle axis: itself when the axes of `mask` lie together, else a copy with them last.
struct Reducible {
  Tensor x;
  kernels::Reduction form;
};
Reducible reducible(const Tensor& x, unsigned mask);
/// The way back for a result that has all of x's elements, as reducible() left them.
Tensor in_first_order(const Tensor& y, const Shape& shape, unsigned mask);

/// x seen as [outer, size of axis, inner].
kernels::Reduction around(const Shape& shape, int axis);

/// Calls f with a tag of the C++ type that stores `dtype`'s elements: bool is a byte.
template <class F> decltype(auto) visit_stored(Dtype dtype, F&& f) {
  if (dtype == Dtype::boolean) return f(TypeTag<std::uint8_t>{});
  if (dtype == Dtype::i32) return f(TypeTag<std::int32_t>{});
  if (dtype == Dtype::i64) return f(TypeTag<std::int64_t>{});
  if (dtype == Dtype::f32) return f(TypeTag<float>{});
  return f(TypeTag<double>{});
}
template <class F> decltype(auto) visit_summable(Dtype dtype, F&& f) {
  if (dtype == Dtype::i64) return f(TypeTag<std::int64_t>{});
  if (dtype == Dtype::f32) return f(TypeTag<float>{});
  return f(TypeTag<double>{});
}
template <class F> decltype(auto) visit_floating(Dtype dtype, F&& f) {
  return dtype == Dtype::f64 ? f(TypeTag<double>{}) : f(TypeTag<float>{});
}

}  // namespace descent::inline v1::raw
