#pragma once

#include <descent/autodiff/tensor/arg.hpp>

// The menu of special functions.
// Within 10 ulp, or 4 eps of the terms that cancel where a function crosses 0, unless said otherwise.

namespace descent::inline v1 {

struct Op;

// ---------------------------------------------------------------- gamma functions

extern const Op lgamma_op, polygamma_op, loggamma_slope_op;

/// log |gamma(x)|.   edge infinite at 0 and at negative integers, where the slope is digamma's; infinities give infinity
Tensor lgamma(Arg x);
/// The slope of lgamma: polygamma of order 0.
Tensor digamma(Arg x);
/// The nth derivative of digamma.
///
/// grad    of any order: polygamma(n + 1, x)
/// edge    at 0 infinite, with the sign of the limit from the side of the zero's sign; at negative integers +infinity where both sides
///         agree (n odd), else NaN
/// throws  ValueError: n is negative
Tensor polygamma(Index n, Arg x);
/// How a quantile z of the logarithm of a gamma variable moves with the concentration a, -(dF/da) / (dF/dz) with F(a, z) the probability
/// to be below z; and its nth derivative in a, z held. Within 1e-12, and 1e-10 for n = 1, for a in [1e-2, 1e4].
///
/// grad    of any order   edge NaN unless a > 0
/// throws  ValueError: n is negative
Tensor loggamma_slope(Index n, Arg a, Arg z);

// ---------------------------------------------------------------- error function and normal distribution

extern const Op erfinv_op, erfcx_op, ndtr_op, ndtri_op, log_ndtr_op;

/// The inverse of erf.   edge infinite at -1 and 1, with infinite slopes; NaN outside
Tensor erfinv(Arg x);
/// e^(x^2) erfc(x), which neither over- nor underflows on the right.   grad without cancellation, of any order
Tensor erfcx(Arg x);
/// The probability that a normal variable is below x; both tails keep their digits.
Tensor ndtr(Arg x);
/// Its inverse.   edge infinite at 0 and 1, with infinite slopes; NaN outside [0, 1]
Tensor ndtri(Arg p);
/// log(ndtr(x)), finite far out on the left.   grad without cancellation: its slope is sqrt(2 / pi) / erfcx(-x / sqrt(2))
Tensor log_ndtr(Arg x);

// ---------------------------------------------------------------- Bessel functions

extern const Op bessel_i_op, bessel_ie_op;

/// The modified Bessel function of the first kind, and that times e^-|x|. Orders 0 and 1 are fast, others go element by element.
///
/// grad    of any order: I_n' = (I_n-1 + I_n+1) / 2, in which nothing cancels
/// edge    the slope of e^-|x| at 0 is taken as 0, as that of |x| is
/// throws  ValueError: a negative order
Tensor bessel_i(Index order, Arg x);
Tensor bessel_ie(Index order, Arg x);
/// Of order 0 and 1.
Tensor i0(Arg x);
Tensor i1(Arg x);
Tensor i0e(Arg x);
Tensor i1e(Arg x);

// ---------------------------------------------------------------- others

extern const Op sinc_op, entr_op, xlog1py_op;

/// sin(pi x) / (pi x), and 1 at 0; exactly 0 at whole numbers.   edge 0 at infinities   grad of any order, right at and near 0
Tensor sinc(Arg x);
/// -x log(x), and 0 at 0: the entropy of a probability.   edge -infinity below 0, with slope NaN; at 0 the slope is infinite
Tensor entr(Arg x);
/// x log(1 + y), and 0 where x is 0.   edge at x = 0 the slope in y is 0; at y = -1 the slope in x is -infinity
Tensor xlog1py(Arg x, Arg y);

}  // namespace descent::inline v1
