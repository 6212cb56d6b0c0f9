#pragma once

#include <vector>

#include <descent/autodiff/ops/ops.hpp>

// Linear algebra made of the ops in ops/linalg.hpp: on the last two axes unless said otherwise, leading axes are batches, integers become
// f32, derivatives of any order. Where there is no square matrix that should be one: ShapeError.

namespace descent::inline v1 {

// ---------------------------------------------------------------- inverses and systems

/// x^-1.   throws ValueError: singular, with matrix and pivot
Tensor inv(Arg x);

/// The x of least norm among those with the least |a x - b|, whatever a's rank: pinv(a) b. A 1-d b is one column.
/// shape a: [..., m, n]   b: [..., m, k]   throws ShapeError: other rows, leading axes; ValueError: rtol below 0
Tensor lstsq(Arg a, Arg b, PinvOptions options = {});

struct CholeskyForm {
  bool upper = false;  ///< the factor is u with u^T u = a
};
/// The x of a x = b, a^-1, from a's Cholesky factor l; the other triangle is not read.   throws as triangular_solve
Tensor cholesky_solve(Arg l, Arg b, CholeskyForm form = {});
Tensor cholesky_inverse(Arg l, CholeskyForm form = {});

/// The x of a x = b from `lu(a)`; a^T x = b with `.transpose`.   edge of a singular a infinities and NaN   throws as solve
struct LuForm {
  bool transpose = false;
};
Tensor lu_solve(const LuFactors& a, Arg b, LuForm form = {});

/// The x whose product with a, over x's axes, is b: a's first axes are b's, and x has the others.   throws ShapeError, ValueError: as solve
Tensor tensorsolve(Arg a, Arg b);
/// The inverse of x seen as a matrix from its last axes to its first `axes`.
/// throws ShapeError: the products of the sizes differ; ValueError: axes not in [1, rank - 1], singular
Tensor tensorinv(Arg x, Index axes = 2);

// ---------------------------------------------------------------- powers and products

/// x^n by repeated squaring; x^-n is inv(x)^n, x^0 the identity.   throws ValueError: n < 0 and x is singular
Tensor matrix_power(Arg x, Index n);
/// The product of matrices in the order that takes the fewest flops. The first and the last may be 1-d: a row, a column.
/// throws ShapeError: none given, inner sizes differ, other ranks
Tensor multi_dot(std::vector<Tensor> xs, std::source_location where = std::source_location::current());

// ---------------------------------------------------------------- spectra

/// The eigenvalues of (x + x^T) / 2, ascending; the singular values, descending. Finite slopes where some are equal.
Tensor eigvalsh(Arg x);
Tensor svdvals(Arg x);
/// log det x: NaN where det x < 0.   edge -infinity, slope NaN of a singular x
Tensor logdet(Arg x);

/// The number of singular values above rtol times the greatest, max(m, n) eps when left out: i64.   no derivative
Tensor matrix_rank(Arg x, PinvOptions options = {});
/// The greatest singular value over the least: how much solving may amplify an error. Infinite of a singular matrix, NaN of none.
Tensor cond(Arg x);
/// The sum, and the greatest, of the singular values: 0 of a matrix without elements.
/// edge equal greatest ones share the cotangent; at 0 the slope is that of one side
Tensor nuclear_norm(Arg x);
Tensor spectral_norm(Arg x);

}  // namespace descent::inline v1
