#include <descent/autodiff/kernels/padded_planes.hpp>

#include <algorithm>

#include <descent/autodiff/kernels/parallel.hpp>

namespace descent::inline v1::kernels {
namespace {

template <class T> constexpr Index kLane = 64 / static_cast<Index>(sizeof(T));  // elements of a Lane

bool is_source(const Padded& axes) {
  return std::all_of(axes.begin(), axes.end(), [](const PaddedAxis& axis) { return axis.is_source(); });
}

template <class T> T* pad_row(const T* from, const PaddedAxis& axis, Index phase, T* to) {
  const Index first = std::clamp<Index>(ceil_div(axis.before - phase, axis.stride), 0, axis.width);
  const Index last = std::clamp<Index>(floor_div(axis.in - 1 + axis.before - phase, axis.stride) + 1, first, axis.width);
  std::fill(to, to + first, T(0));
  const T* source = from + axis.source(0, phase);
  if (axis.stride == 1) std::copy(source + first, source + last, to + first);
  else
    for (Index t = first; t < last; ++t) to[t] = source[t * axis.stride];
  std::fill(to + last, to + axis.width, T(0));
  return to + axis.width;
}

}  // namespace

template <class T> void pad_plane(const T* from, const Padded& axes, T* to) {
  for (const Index r0 : axes[0].phases)
    for (const Index r1 : axes[1].phases)
      for (const Index r2 : axes[2].phases)
        for (Index t0 = 0; t0 < axes[0].width; ++t0) {
          const Index i0 = axes[0].source(t0, r0);
          for (Index t1 = 0; t1 < axes[1].width; ++t1) {
            const Index i1 = axes[1].source(t1, r1);
            const bool there = i0 >= 0 && i0 < axes[0].in && i1 >= 0 && i1 < axes[1].in;
            if (there) to = pad_row(from + (i0 * axes[1].in + i1) * axes[2].in, axes[2], r2, to);
            else to = std::fill_n(to, axes[2].width, T(0));
          }
        }
}

template <class T> const T* padded(const T* from, Index channels, const Padded& axes) {
  const Index size = plane_size(axes), source = axes[0].in * axes[1].in * axes[2].in;
  if (is_source(axes) && channels * size >= kLane<T>) return from;
  T* to = thread_buffer<T, struct PaddedPlanes>(channels * size + kLane<T>);
  parallel_for(0, channels, std::max<Index>(1, kCopyGrain / std::max<Index>(1, size)), [&](Index lo, Index hi) {
    for (Index c = lo; c < hi; ++c) pad_plane(from + c * source, axes, to + c * size);
  });
  return to;
}

template void pad_plane(const float*, const Padded&, float*);
template void pad_plane(const double*, const Padded&, double*);
template const float* padded(const float*, Index, const Padded&);
template const double* padded(const double*, Index, const Padded&);

}  // namespace descent::inline v1::kernels
