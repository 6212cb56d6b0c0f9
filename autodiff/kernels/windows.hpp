#pragma once

#include <array>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1::kernels {

/// Windows that slide along one axis of `in` elements: tap j of window q is at q * stride - before + j * dilation. What lies outside the
/// axis is not there: 0 in sums, -inf in maxima.
struct Windows {
  Index in = 1;    ///< elements
  Index out = 1;   ///< windows
  Index taps = 1;  ///< of a window
  Index stride = 1;
  Index before = 0;
  Index dilation = 1;

  Index at(Index window, Index tap) const { return window * stride - before + tap * dilation; }
  bool has(Index position) const { return position >= 0 && position < in; }
};

/// Of up to three spatial axes; where there are fewer, the first ones are as they are made.
using Windows3 = std::array<Windows, 3>;

}  // namespace descent::inline v1::kernels
