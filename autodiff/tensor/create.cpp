#include <descent/autodiff/tensor/create.hpp>

#include <cmath>
#include <cstring>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/tensor/arg.hpp>
#include <descent/autodiff/tensor/rng.hpp>

namespace descent::inline v1 {
namespace {

/// A new tensor whose element i is make(i).
template <class F> Tensor generated(const Shape& shape, Dtype dtype, F make) {
  Tensor result = Tensor::adopt(storage::allocate(shape, dtype));
  visit_dtype(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* out = reinterpret_cast<T*>(result.node()->data);
    for (Index i = 0; i < shape.numel(); ++i) out[i] = static_cast<T>(make(i));
  });
  return result;
}

}  // namespace

Tensor Number::as(Dtype dtype) const {
  Tensor result = Tensor::adopt(storage::allocate(Shape{}, dtype));
  std::byte* to = result.node()->data;
  switch (dtype) {
    case Dtype::boolean: new (to) bool(kind == Kind::real ? real != 0 : whole != 0); break;
    case Dtype::i32: kernels::convert(Dtype::i64, &whole, Dtype::i32, to, 1); break;
    case Dtype::i64: new (to) std::int64_t(whole); break;
    case Dtype::f32: new (to) float(static_cast<float>(real)); break;
    case Dtype::f64: new (to) double(real); break;
  }
  return result;
}

Tensor full(const Shape& shape, double value, Dtype dtype) {
  Tensor result = Tensor::adopt(storage::allocate(shape, dtype));
  kernels::fill(result.node()->data, dtype, value, shape.numel());
  return result;
}

Tensor zeros(const Shape& shape, Dtype dtype) { return full(shape, 0, dtype); }
Tensor ones(const Shape& shape, Dtype dtype) { return full(shape, 1, dtype); }
Tensor scalar(double value, Dtype dtype) { return full(Shape{}, value, dtype); }

Tensor zeros_like(const Tensor& x) { return zeros(x.shape(), x.dtype()); }
Tensor ones_like(const Tensor& x) { return ones(x.shape(), x.dtype()); }
Tensor full_like(const Tensor& x, double value) { return full(x.shape(), value, x.dtype()); }

Tensor arange(double start, double stop, double step, Dtype dtype) {
  if (step == 0 || !std::isfinite(step) || !std::isfinite(start) || !std::isfinite(stop))
    throw ValueError("arange: start " + std::to_string(start) + ", stop " + std::to_string(stop) + ", step " + std::to_string(step) +
                     "; all must be finite and the step not 0");
  const double count = std::ceil((stop - start) / step);
  if (count > 0x1p60) throw ShapeError("arange: " + std::to_string(count) + " elements is more than 2^60");
  return generated({count > 0 ? static_cast<Index>(count) : 0}, dtype, [&](Index i) { return start + static_cast<double>(i) * step; });
}

Tensor arange(Index count, Dtype dtype) {
  return generated({count}, dtype, [](Index i) { return i; });
}

Tensor linspace(double start, double stop, Index count, Dtype dtype) {
  if (count < 0) throw ValueError("linspace: " + std::to_string(count) + " points; the count must be 0 or more");
  const double step = count > 1 ? (stop - start) / static_cast<double>(count - 1) : 0;
  return generated({count}, dtype, [&](Index i) { return i + 1 == count && count > 1 ? stop : start + static_cast<double>(i) * step; });
}

Tensor eye(Index n, Index m, Dtype dtype) {
  const Index columns = m < 0 ? n : m;
  return generated({n, columns}, dtype, [&](Index i) { return i / columns == i % columns ? 1 : 0; });
}

template <Element T> Tensor from_span(std::span<const T> values, const Shape& shape, Dtype dtype) {
  if (static_cast<Index>(values.size()) != shape.numel())
    throw ShapeError("from_span: " + std::to_string(values.size()) + " values for shape " + to_string(shape) + ", which has " +
                     std::to_string(shape.numel()) + " elements");
  Tensor result = Tensor::adopt(storage::allocate(shape, dtype));
  kernels::convert(dtype_of<T>, values.data(), dtype, result.node()->data, shape.numel());
  return result;
}
template <Element T> Tensor from_span(std::span<const T> values, const Shape& shape) { return from_span(values, shape, dtype_of<T>); }

#define INSTANTIATE(T)                                                   \
  template Tensor from_span<T>(std::span<const T>, const Shape&, Dtype); \
  template Tensor from_span<T>(std::span<const T>, const Shape&);
INSTANTIATE(bool)
INSTANTIATE(std::int32_t)
INSTANTIATE(std::int64_t)
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

template <> Tensor from_vector<bool>(const std::vector<bool>& values) {
  return generated({static_cast<Index>(values.size())}, boolean, [&](Index i) { return values[static_cast<std::size_t>(i)]; });
}

void detail::check_rectangular(Index expected, Index got) {
  if (expected != got)
    throw ShapeError("tensor: rows of " + std::to_string(expected) + " and of " + std::to_string(got) +
                     " elements; all rows must be equally long");
}

Rng::Rng(std::uint64_t seed) : key(Number::of(static_cast<std::int64_t>(seed)).as(i64)), counter(Number::of(0).as(i64)) {}

}  // namespace descent::inline v1
