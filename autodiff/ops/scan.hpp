#pragma once

#include <descent/autodiff/tensor/arg.hpp>

// Scans: what has come so far along one axis, which may be negative. The result has x's shape. Each column is one chain, added or
// multiplied in its order; columns run in parallel.

namespace descent::inline v1 {

struct Op;
struct ValuesAndIndices;

extern const Op cumsum_op, cumprod_op, cummax_op, cummin_op, linear_recurrence_op;

/// Where a scan begins.
struct ScanForm {
  bool reverse = false;  ///< at the end of the axis, towards its front
};

/// y_k = x_0 + ... + x_k. f32 is added up in f64, and f64 compensated, so that only the result is rounded, unless most of it cancels.
///
/// dtype  x's; bool and i32 are summed as i64
/// throws IndexError: the axis is out of range
Tensor cumsum(Arg x, Index axis, ScanForm form = {});

/// y_k = x_0 ... x_k.   dtype as cumsum   grad right at zeros, of every order: nothing is divided by; linear in the length
Tensor cumprod(Arg x, Index axis, ScanForm form = {});

/// The greatest, or least, element so far, with its position on the axis; from the first NaN on, that NaN.
///
/// dtype  values x's, indices i64
/// edge   the first of those that tie gets the whole cotangent
Tensor cummax(Arg x, Index axis, ScanForm form = {});
Tensor cummin(Arg x, Index axis, ScanForm form = {});
ValuesAndIndices cummax_with_index(Arg x, Index axis, ScanForm form = {});
ValuesAndIndices cummin_with_index(Arg x, Index axis, ScanForm form = {});

/// y_k = a_k y_(k-1) + b_k with y_(-1) = 0: filters, averages that forget, states of sequence models. a and b broadcast; the axis is
/// one of their common shape. The absorbing form is for rules, and for sequences put end to end: 0 times anything, infinities and NaN
/// included, is 0, so that a_k = 0 forgets all that came before.
///
/// dtype  promoted, floating
/// grad   linear in the length; nothing is divided by
Tensor linear_recurrence(Arg a, Arg b, Index axis, ScanForm form = {});
Tensor absorbing_recurrence(Arg a, Arg b, Index axis, ScanForm form = {});

}  // namespace descent::inline v1
