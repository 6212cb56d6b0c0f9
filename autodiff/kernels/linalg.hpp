#pragma once

#include <cstdint>

#include <descent/autodiff/base/index.hpp>

// Factorisations of batches of row-major matrices, by LAPACK. A matrix with a NaN or an infinity is not given to it: its results are NaN.
// Batches are cut over the threads by count; each matrix is one thread's, as LAPACK itself is kept to one. So the bits do not depend on
// the number of threads.

namespace descent::inline v1::kernels {

/// What stopped a routine: the matrix of the batch and the row (or the count of rounds), from 1; none when matrix is -1.
struct Failure {
  Index matrix = -1;
  Index at = 0;
};

/// The lower triangular l with l l^T = (x + x^T) / 2. Failure: the order of the leading minor that is not positive.   x, l: [batch, n, n]
template <class T> Failure cholesky(Index batch, Index n, const T* x, T* l);

/// How op(a) x = b is read, and how often a and b occur: a stride of 0 is one matrix for all.
struct Triangle {
  bool upper = false;
  bool transpose = false;
  bool unit_diagonal = false;
};
struct Systems {
  Index batch;
  Index stride_a;  ///< in matrices: 0 or 1
  Index stride_b;
  Index n;  ///< a: [n, n]
  Index k;  ///< b, x: [n, k]
};
template <class T> void triangular_solve(Triangle form, const Systems& systems, const T* a, const T* b, T* x);

/// Row i of the result is row rows[i] of x: x[rows] = l u, both in lu, l without its diagonal of ones.
template <class T> void lu(Index batch, Index n, const T* x, T* lu, std::int64_t* rows);

/// op(a) x = b. Failure: the pivot that is 0; when `quiet` the result of such a matrix is NaN instead.
template <class T> Failure solve(bool transpose, bool quiet, const Systems& systems, const T* a, const T* b, T* x);

/// The sign of the determinant, and the logarithm of its magnitude.   x: [batch, n, n]
template <class T> void slogdet(Index batch, Index n, const T* x, T* sign, T* log);
/// The determinant.
template <class T> void det(Index batch, Index n, const T* x, T* result);
/// det(x) x^-T, by limits where x is singular. Failure: as svd.
template <class T> Failure cofactors(Index batch, Index n, const T* x, T* result);

/// x = q r.   x, q: [batch, m, n]   r: [batch, n, n]   requires: m >= n
template <class T> void qr(Index batch, Index m, Index n, const T* x, T* q, T* r);

/// (x + x^T) / 2 = v diag(w) v^T, w ascending; the largest component of each column of v is positive. Failure: no convergence.
template <class T> Failure eigh(Index batch, Index n, const T* x, T* w, T* v);

/// x = u diag(s) vt, s descending; the largest component of each column of u is positive. Failure: no convergence.
///
/// x: [batch, m, n]   u: [batch, m, k]   s: [batch, k]   vt: [batch, k, n]   k = min(m, n)
template <class T> Failure svd(Index batch, Index m, Index n, const T* x, T* u, T* s, T* vt);

/// v diag(1 / s) u^T of x = u diag(s) v^T, with 0 for 1 / s where s <= rtol times the greatest.   x: [batch, m, n]   result: [batch, n, m]
template <class T> Failure pinv(Index batch, Index m, Index n, double rtol, const T* x, T* result);

/// The greatest sizes: LAPACK counts in 32 bits, and eigh and svd keep some n^2 numbers besides.
inline constexpr Index kMostRows = (Index{1} << 31) - 1;
inline constexpr Index kMostRowsOfVectors = 16000;

}  // namespace descent::inline v1::kernels
