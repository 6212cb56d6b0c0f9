#pragma once

#include <array>
#include <cstdint>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1::kernels {

/// Windows of any width and place on one axis of `in` elements: tap j of window q is at first[q] + j * dilation for j < count[q]. Taps
/// outside the axis are not there.
struct WindowAxis {
  Index in = 1, windows = 1, dilation = 1;
  const Index *first = nullptr, *count = nullptr;  ///< null: one window at 0 of one tap
};

/// The greatest element of each window of [planes, in...], its position in the plane, the first of those that tie, or the first NaN.
/// requires: a tap of every window is there   T: float, double, int32_t, int64_t, uint8_t
template <class T> void window_max(Index planes, const std::array<WindowAxis, 3>& axes, const T* x, T* values, std::int64_t* indices);

}  // namespace descent::inline v1::kernels
