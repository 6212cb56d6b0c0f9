#pragma once

#include <vector>

#include <descent/autodiff/kernels/convolve_work.hpp>

// Copies of the channels of an example in which a row of windows is a row of memory for every tap: with zeros around, and dealt out by
// phase, the remainder of a position by the stride. Private.
namespace descent::inline v1::kernels {

/// One axis of a padded copy: element t of phase r is the source's element t * stride + r - before, or 0.
struct PaddedAxis {
  Index in, before, stride, width;
  std::vector<Index> phases{0};

  bool is_source() const { return before == 0 && stride == 1 && width == in; }
  Index source(Index t, Index phase) const { return t * stride + phase - before; }
};
using Padded = std::array<PaddedAxis, 3>;

inline Sizes widths(const Padded& axes) { return {axes[0].width, axes[1].width, axes[2].width}; }
inline Index plane_size(const Padded& axes) {
  Index size = 1;
  for (const PaddedAxis& axis : axes) size *= axis.width * static_cast<Index>(axis.phases.size());
  return size;
}

/// One channel, as [phases 0, phases 1, phases 2, width 0, width 1, width 2].
template <class T> void pad_plane(const T* from, const Padded& axes, T* to);
/// The channels of one example padded, or as they are where that is the same. Less than a Lane is copied always: a tensor made from a
/// scalar has nothing readable behind it.
template <class T> const T* padded(const T* from, Index channels, const Padded& axes);

}  // namespace descent::inline v1::kernels
