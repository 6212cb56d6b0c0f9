#pragma once

#include <descent/autodiff/kernels/windows.hpp>

/// Convolution as deep learning has it (a correlation), and its two adjoints. With the windows w of each axis, summed over what is not an
/// index on the left, within a group:
///
///   y[n, o, q] = w[o, c, j] x[n, c, at(q, j)]
///   x[n, c, i] = w[o, c, j] y[n, o, q] for i = at(q, j)
///   w[o, c, j] = y[n, o, q] x[n, c, at(q, j)]
///
/// All arrays are contiguous: x: [batch, groups in_channels, in...]   w: [groups out_channels, in_channels, taps...]
/// y: [batch, groups out_channels, out...]. Results have the same bits at any thread count.
namespace descent::inline v1::kernels {

struct Convolution {
  Index batch = 1, groups = 1;
  Index in_channels = 1, out_channels = 1;  ///< of one group
  Windows3 axes;
};

/// T: float, double. The result is overwritten.
/// cost   2 flops for each tap of each window and pair of channels
/// memory a padded copy of one example per thread
/// requires: x, w and y have 64 readable bytes after their last element
template <class T> void convolve(const Convolution& form, const T* x, const T* w, T* y);
template <class T> void convolve_input_adjoint(const Convolution& form, const T* y, const T* w, T* x);
template <class T> void convolve_weight_adjoint(const Convolution& form, const T* x, const T* y, T* w);

}  // namespace descent::inline v1::kernels
