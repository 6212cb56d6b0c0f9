#pragma once

#include <cstdint>

#include <descent/autodiff/base/index.hpp>

/// Selection by index tensors along the middle axis of x: [outer, n, inner], all contiguous. Negative indices count from
/// the end. Every function returns the position in `index` of the first one outside [-n, n), before anything is
/// written, or -1 when all are right.
namespace descent::inline v1::kernels {

struct Selection {
  Index outer, n, count, inner;
};

/// dst[o, c, :] = src[o, index[c], :].   index: [count]   dst: [outer, count, inner]   element_size: 1, 4 or 8
[[nodiscard]] Index take_rows(const Selection& s, void* dst, const void* src, const std::int64_t* index, Index element_size);

/// The adjoint: dst[o, index[c], :] += src[o, c, :], in the order of c.   dst: [outer, n, inner], added to as it is.
/// T: float, double, int32_t, int64_t
template <class T> [[nodiscard]] Index add_rows(const Selection& s, T* dst, const T* src, const std::int64_t* index);

/// dst[o, c, i] = src[o, index[o, c, i], i].   index, dst: [outer, count, inner]
[[nodiscard]] Index take_along(const Selection& s, void* dst, const void* src, const std::int64_t* index, Index element_size);

/// The adjoint: dst[o, index[o, c, i], i] += src[o, c, i], in the order of c.   dst: [outer, n, inner]
template <class T> [[nodiscard]] Index add_along(const Selection& s, T* dst, const T* src, const std::int64_t* index);

}  // namespace descent::inline v1::kernels
