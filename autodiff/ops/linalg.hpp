#pragma once

#include <optional>

#include <descent/autodiff/tensor/arg.hpp>

// Linear algebra on the last two axes, by LAPACK; leading axes are batches. Integers and bool become f32. A matrix that holds a NaN or an
// infinity gives NaN. Compositions of these (inv, lstsq, norms of matrices ...) are in functions/linear_algebra.hpp.
//
// All throw ShapeError: fewer than two axes, or a matrix that should be square and is not.

namespace descent::inline v1 {

struct Op;

extern const Op cholesky_op, cofactors_op, det_op, eigh_op, lu_op, matrix_exp_op, pinv_op, qr_op, slogdet_op, solve_op, svd_op,
    triangular_solve_op;

// ---------------------------------------------------------------- systems

/// How a in `solve` is read, and what becomes of a singular one.
struct SolveForm {
  bool transpose = false;        ///< a^T x = b
  bool singular_is_nan = false;  ///< NaN for x instead of an error
};
/// The x of a x = b, by LU factors. A 1-d b is one column, and so is then x; leading axes broadcast.
///
/// shape  a: [..., n, n]   b: [..., n, k] or [n]   ->   [..., n, k]
/// dtype  promoted, floating
/// grad   one more system with a^T
/// cost   2/3 n^3 + 2 n^2 k flops each; keeps a and x
/// throws ShapeError: other rows, leading axes; ValueError: a pivot is 0, with matrix and pivot
/// source Giles 2008, "Collected matrix derivative results", 2.3.1
Tensor solve(Arg a, Arg b, SolveForm form = {});

/// What triangular_solve reads of a. It is the lower triangle unless `upper`, the diagonal taken as 1 if `unit_diagonal`.
struct TriangularForm {
  bool upper = false;
  bool transpose = false;  ///< a^T x = b, where the triangle is a's before it is transposed
  bool unit_diagonal = false;
};
/// The x of a x = b for a triangular a; what is not read has slope 0.
///
/// shape  as solve   dtype promoted, floating   cost n^2 k flops each; keeps a and x
/// edge   a 0 on the diagonal divides by 0: infinities and NaN, no error
/// throws ShapeError: as solve
Tensor triangular_solve(Arg a, Arg b, TriangularForm form = {});

// ---------------------------------------------------------------- factors

/// The lower triangular l with l l^T = (x + x^T) / 2: only the symmetric part of x counts, and the cotangent is symmetric.
///
/// cost   n^3 / 3 flops each; keeps l
/// throws ValueError: not positive definite, with the matrix and the order of its leading minor that is not
/// source Murray 2016, "Differentiation of the Cholesky decomposition"
Tensor cholesky(Arg x);

struct LuFactors {
  Tensor factors;  ///< u on and above the diagonal, l below it; l's diagonal is 1
  Tensor rows;     ///< i64 [..., n]: row i of l u is row rows[i] of x
};
/// The triangles l and u whose product is x with its rows in another order, chosen so that no element of l is greater than 1.
///
/// cost   2/3 n^3 flops each; keeps the factors
/// edge   of a singular x u has a 0 on its diagonal, and the slope is NaN or infinite
LuFactors lu(Arg x);

struct QrFactors {
  Tensor q;
  Tensor r;
};
/// x = q r: the columns of q are orthonormal, r is upper triangular, with the signs of LAPACK's reflections.
///
/// shape  x: [..., m, n]   ->   q: [..., m, k]   r: [..., k, n]   k = min(m, n)
/// grad   of wide matrices too   edge where x's first k columns are dependent the slope is NaN or infinite
/// cost   4 m n^2 flops each; keeps q and r
/// source Roberts and Roberts 2020, "QR and LQ decomposition matrix backpropagation algorithms"
QrFactors qr(Arg x);

struct EighResult {
  Tensor values;   ///< [..., n], ascending
  Tensor vectors;  ///< [..., n, n]: one in each column, whose largest component is positive
};
/// The eigenvalues and vectors of the symmetric part (x + x^T) / 2.
///
/// grad   symmetric
/// edge   at equal eigenvalues the slope is finite if only the values are used; NaN or infinite if the vectors are
/// cost   about 9 n^3 flops each; keeps both
/// throws ValueError: no convergence
/// source Giles 2008, "Collected matrix derivative results", 3.1
EighResult eigh(Arg x);

struct SvdResult {
  Tensor u;   ///< [..., m, k], k = min(m, n); the largest component of each column is positive
  Tensor s;   ///< [..., k], descending
  Tensor vt;  ///< [..., k, n]
};
/// x = u diag(s) vt with orthonormal columns in u and rows in vt.
///
/// edge   at equal singular values, and at 0, the slope is finite if only s is used; NaN or infinite if u or vt are
/// cost   about 6 m n^2 + 20 n^3 flops each; keeps all three
/// throws ValueError: no convergence
/// source Townsend 2016, "Differentiating the singular value decomposition"
SvdResult svd(Arg x);

struct PinvOptions {
  std::optional<double> rtol{};  ///< singular values up to rtol times the greatest count as 0; max(m, n) eps when left out
};
/// The pseudo-inverse of Moore and Penrose.   shape [..., m, n] -> [..., n, m]
///
/// edge   the slope is that along matrices of the same rank, without NaN at equal singular values
/// cost   as svd; keeps x and the result
/// throws ValueError: rtol below 0; no convergence
/// source Golub and Pereyra 1973, "The differentiation of pseudo-inverses and nonlinear least squares problems"
Tensor pinv(Arg x, PinvOptions options = {});

// ---------------------------------------------------------------- determinants

/// The determinant, without overflow on the way; 1 of an empty matrix.
///
/// grad   the cofactors, so right at singular matrices, of every order
/// cost   2/3 n^3 flops each; keeps x
Tensor det(Arg x);
/// det(x) x^-T, which is the derivative of det: polynomials in the elements, so it is there for singular matrices too.
///
/// grad   right at singular matrices; there a further one is by svd, and NaN or infinite at equal singular values
/// cost   8/3 n^3 flops each, as svd where x is nearly singular; keeps x
/// source Giles 2008, "Collected matrix derivative results", 2.2.3
Tensor cofactors(Arg x);

struct SignAndLog {
  Tensor sign;  ///< -1, 0 or 1, with slope 0
  Tensor log;   ///< of the magnitude; -infinity where it is 0
};
/// The determinant as its sign and the logarithm of its magnitude.   edge at a singular matrix the slope is NaN
SignAndLog slogdet(Arg x);

// ---------------------------------------------------------------- functions

/// e^x = 1 + x + x^2 / 2 + ...
///
/// cost   about 2 (7 + log2 |x|) n^3 flops each, a derivative eight times that; keeps x
/// source Higham 2005, "The scaling and squaring method for the matrix exponential revisited"; Al-Mohy and Higham 2009, "Computing the
///        Frechet derivative of the matrix exponential"
Tensor matrix_exp(Arg x);

}  // namespace descent::inline v1
