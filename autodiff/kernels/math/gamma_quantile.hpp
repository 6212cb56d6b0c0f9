#pragma once

#include <descent/autodiff/base/index.hpp>

/// How the logarithm of a gamma variable moves with its concentration. Private.
namespace descent::inline v1::kernels {

/// The nth derivative in a, z held, of g(a, z) = -(dF/da) / (dF/dz), where F(a, z) is the probability that the logarithm of a gamma
/// variable of concentration a is below z: the slope of its quantile at z. NaN unless a > 0.
double loggamma_slope_of(Index n, double a, double z);

}  // namespace descent::inline v1::kernels
