#pragma once

#include <span>

#include <descent/autodiff/base/dtype.hpp>
#include <descent/autodiff/base/index.hpp>

/// Moving elements: strides are in elements and may be 0 or negative; pointers to strided data point to the element at
/// position 0 of every axis. An element is 1, 4 or 8 bytes.
namespace descent::inline v1::kernels {

/// dst, contiguous, gets src's elements in the order of `sizes`. The two do not overlap.
void strided_copy(void* dst, const void* src, Index element_size, std::span<const Index> sizes, std::span<const Index> src_strides);

/// The inverse: src, contiguous, goes to the strided places of dst; what lies between them is left as it is.
/// requires: no two positions are one place
void strided_store(void* dst, std::span<const Index> sizes, std::span<const Index> dst_strides, const void* src, Index element_size);

/// dst[i] = src[i] as another dtype. Floats go to integers by truncation, those outside the range to the nearest end,
/// NaN to 0; integers to floats to the nearest; anything but 0, NaN included, is true. i64 to i32 keeps the low 32 bits.
void convert(Dtype from, const void* src, Dtype to, void* dst, Index n);

/// n elements of the value, converted as `convert` does.
void fill(void* dst, Dtype dtype, double value, Index n);
void fill_integer(void* dst, Dtype dtype, std::int64_t value, Index n);  ///< the same, exact beyond 2^53

}  // namespace descent::inline v1::kernels
