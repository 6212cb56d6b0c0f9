#pragma once

#include <descent/autodiff/kernels/gather.hpp>

namespace descent::inline v1::kernels {

/// dst[o, index[o, c, i], i] becomes the greater (lesser) of itself and src[o, c, i]; NaN stays.   index, src: [outer, count, inner]
/// dst: [outer, n, inner]. Negative indices count from the end. Returns the position of the first index outside [-n, n), before
/// anything is written, or -1. T: float, double, int32_t, int64_t, uint8_t
template <class T> [[nodiscard]] Index max_along(const Selection& s, T* dst, const T* src, const std::int64_t* index);
template <class T> [[nodiscard]] Index min_along(const Selection& s, T* dst, const T* src, const std::int64_t* index);

}  // namespace descent::inline v1::kernels
