#pragma once

#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1 {

/// The logarithm of the multivariate gamma function of dimension p: log(pi) p (p - 1) / 4 + sum of lgamma(x - j / 2) for j < p.
///
/// dtype   floating
/// edge    as lgamma, at x - j / 2
/// throws  ValueError: p is less than 1
Tensor mvlgamma(Arg x, Index p);
/// The same by its other name.
inline Tensor multigammaln(Arg x, Index p) { return mvlgamma(std::move(x), p); }

}  // namespace descent::inline v1
