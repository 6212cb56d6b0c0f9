#pragma once

#include <descent/autodiff/ops/ops.hpp>

// Small functions of a few numbers, element by element. Inputs broadcast; dtypes are promoted.

namespace descent::inline v1 {

/// x + t (y - x): x at t = 0 and y at t = 1, exactly; beyond them the line goes on.   dtype floating
Tensor lerp(Arg x, Arg y, Arg t);
/// x * y + z, rounded twice
Tensor fma(Arg x, Arg y, Arg z);

/// The whole number q with x = q y + remainder(x, y), as Python's //.   dtype floating   edge infinite or NaN at y = 0   slope 0
Tensor floor_div(Arg x, Arg y);
/// x - trunc(x), with x's sign.   slope 1
Tensor frac(Arg x);

/// The value of y with the slope of x, for steps whose own slope is 0: `straight_through(sign(x), x)`.
///
/// edge    where x is infinite or NaN the slope is 0
/// throws  ShapeError: the shapes differ
/// source  Bengio, Leonard and Courville 2013, "Estimating or propagating gradients through stochastic neurons"
Tensor straight_through(Arg y, Arg x);
/// round(x) with slope 1
Tensor round_straight_through(Arg x);

struct Closeness {
  double relative = 1e-5;
  double absolute = 1e-8;
  bool equal_nan = false;  ///< two NaN are close
};
/// |x - y| <= absolute + relative |y|, to bool; equal infinities are close.   no derivative
Tensor isclose(Arg x, Arg y, Closeness closeness = {});
/// Whether all are, to bool, 0-d.
Tensor allclose(Arg x, Arg y, Closeness closeness = {});

}  // namespace descent::inline v1
