#pragma once

#include <descent/autodiff/kernels/reduce.hpp>

/// Normalised exponentials along the middle axis of x: [outer, n, inner]. T: float, double.
///
/// The greatest element is taken off first, so nothing overflows. Where all elements are -inf (a row masked entirely) it is not:
/// softmax gives 0, the other two -inf. A NaN makes its whole row NaN; +inf only its own place, and a logsumexp of +inf.
/// Bits depend on shape and dtype only. x, unless it is one element, needs 64 readable bytes after its last; y
/// overlaps x nowhere.
namespace descent::inline v1::kernels {

/// exp(x) / sum exp(x).   y: as x
template <class T> void softmax(const Reduction& r, const T* x, T* y);

/// log(exp(x) / sum exp(x)).   y: as x
template <class T> void log_softmax(const Reduction& r, const T* x, T* y);

/// log sum exp(x); n == 0 gives -inf.   y: [outer, inner]
template <class T> void logsumexp(const Reduction& r, const T* x, T* y);

}  // namespace descent::inline v1::kernels
