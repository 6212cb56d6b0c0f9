#pragma once

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1::kernels {

/// e^x = 1 + x + x^2 / 2 + ... of matrices, by scaling, a Pade approximant and squaring: the error is some eps times what the squarings
/// amplify. A matrix with a NaN or an infinity gives NaN.   x, result: [batch, n, n]
///
/// cost   about 2 (7 + log2 |x|) n^3 operations each
/// source Higham 2005, "The scaling and squaring method for the matrix exponential revisited"
template <class T> void matrix_exp(Index batch, Index n, const T* x, T* result);

}  // namespace descent::inline v1::kernels
