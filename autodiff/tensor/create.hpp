#pragma once

#include <initializer_list>
#include <span>
#include <type_traits>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

// Tensors made from values. None of these is recorded by a tape: they are constants until a tape watches them.

namespace descent::inline v1 {

Tensor zeros(const Shape& shape, Dtype dtype = f32);
Tensor ones(const Shape& shape, Dtype dtype = f32);
Tensor full(const Shape& shape, double value, Dtype dtype = f32);
Tensor zeros_like(const Tensor& x);  ///< with values also where x is abstract
Tensor ones_like(const Tensor& x);
Tensor full_like(const Tensor& x, double value);
/// start, start + step, ... below stop (above it, when step is negative). throws ValueError: step 0 or not finite
Tensor arange(double start, double stop, double step = 1, Dtype dtype = f32);
Tensor arange(Index count, Dtype dtype = i64);
/// `count` points from start to stop, both included. throws ValueError: count < 0
Tensor linspace(double start, double stop, Index count, Dtype dtype = f32);
/// Ones on the diagonal of [n, m] (m = n when left out).
Tensor eye(Index n, Index m = -1, Dtype dtype = f32);

/// A tensor of these elements, in T's own dtype, copied. throws ShapeError: the count does not match
template <Element T> Tensor from_span(std::span<const T> values, const Shape& shape);
/// The same, converted to `dtype`.
template <Element T> Tensor from_span(std::span<const T> values, const Shape& shape, Dtype dtype);
/// 1-d
template <Element T> Tensor from_vector(const std::vector<T>& values) {
  return from_span<T>(values, Shape{static_cast<Index>(values.size())});
}
template <> Tensor from_vector<bool>(const std::vector<bool>& values);  // which is no array of bools
/// 0-d.
Tensor scalar(double value, Dtype dtype = f32);

namespace detail {
/// The dtype literals get when none is named: fractions are f32, as everywhere.
template <class T> inline constexpr Dtype literal_dtype = std::is_floating_point_v<T> ? Dtype::f32 : dtype_of<T>;
void check_rectangular(Index expected, Index got);
}  // namespace detail

/// Nested braces of numbers, rectangular, up to three levels: `tensor({{1.0, 2.0}, {3.0, 4.0}})` is f32 [2, 2].
/// Fractions make f32, `int` i32, `std::int64_t` i64 and `bool` bool unless a dtype is named.
/// throws  ShapeError: rows of different lengths
template <Element T> Tensor tensor(std::initializer_list<T> values, Dtype dtype = detail::literal_dtype<T>) {
  return from_span<T>({values.begin(), values.size()}, Shape{static_cast<Index>(values.size())}, dtype);
}
template <Element T> Tensor tensor(std::initializer_list<std::initializer_list<T>> rows, Dtype dtype = detail::literal_dtype<T>) {
  std::vector<T> flat;
  const auto width = static_cast<Index>(rows.size() == 0 ? 0 : rows.begin()->size());
  for (const auto& row : rows) {
    detail::check_rectangular(width, static_cast<Index>(row.size()));
    flat.insert(flat.end(), row);
  }
  return from_span<T>(std::span<const T>(flat), Shape{static_cast<Index>(rows.size()), width}, dtype);
}
template <Element T>
Tensor tensor(std::initializer_list<std::initializer_list<std::initializer_list<T>>> blocks, Dtype dtype = detail::literal_dtype<T>) {
  std::vector<T> flat;
  const auto height = static_cast<Index>(blocks.size() == 0 ? 0 : blocks.begin()->size());
  const auto width = static_cast<Index>(height == 0 ? 0 : blocks.begin()->begin()->size());
  for (const auto& rows : blocks) {
    detail::check_rectangular(height, static_cast<Index>(rows.size()));
    for (const auto& row : rows) {
      detail::check_rectangular(width, static_cast<Index>(row.size()));
      flat.insert(flat.end(), row);
    }
  }
  return from_span<T>(std::span<const T>(flat), Shape{static_cast<Index>(blocks.size()), height, width}, dtype);
}

}  // namespace descent::inline v1
