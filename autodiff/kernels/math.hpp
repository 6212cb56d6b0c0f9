#pragma once

#include <descent/autodiff/kernels/simd_lane.hpp>

/// The mathematics of SimdLane: lane.hpp's contract, with the same bits. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

SimdLane<float> exp(const SimdLane<float>& x);
SimdLane<float> exp2(const SimdLane<float>& x);
SimdLane<float> expm1(const SimdLane<float>& x);
SimdLane<float> log(const SimdLane<float>& x);
SimdLane<float> log2(const SimdLane<float>& x);
SimdLane<float> log10(const SimdLane<float>& x);
SimdLane<float> log1p(const SimdLane<float>& x);
SimdLane<float> cbrt(const SimdLane<float>& x);
SimdLane<float> sin(const SimdLane<float>& x);
SimdLane<float> cos(const SimdLane<float>& x);
SimdLane<float> tan(const SimdLane<float>& x);
SimdLane<float> asin(const SimdLane<float>& x);
SimdLane<float> acos(const SimdLane<float>& x);
SimdLane<float> atan(const SimdLane<float>& x);
SimdLane<float> sinh(const SimdLane<float>& x);
SimdLane<float> cosh(const SimdLane<float>& x);
SimdLane<float> tanh(const SimdLane<float>& x);
SimdLane<float> asinh(const SimdLane<float>& x);
SimdLane<float> acosh(const SimdLane<float>& x);
SimdLane<float> atanh(const SimdLane<float>& x);
SimdLane<float> erf(const SimdLane<float>& x);
SimdLane<float> erfc(const SimdLane<float>& x);
SimdLane<float> lgamma(const SimdLane<float>& x);
SimdLane<float> digamma(const SimdLane<float>& x);
SimdLane<float> sigmoid(const SimdLane<float>& x);
SimdLane<float> pow(const SimdLane<float>& x, const SimdLane<float>& y);
SimdLane<float> atan2(const SimdLane<float>& y, const SimdLane<float>& x);
SimdLane<float> hypot(const SimdLane<float>& x, const SimdLane<float>& y);

SimdLane<double> exp(const SimdLane<double>& x);
SimdLane<double> exp2(const SimdLane<double>& x);
SimdLane<double> expm1(const SimdLane<double>& x);
SimdLane<double> log(const SimdLane<double>& x);
SimdLane<double> log2(const SimdLane<double>& x);
SimdLane<double> log10(const SimdLane<double>& x);
SimdLane<double> log1p(const SimdLane<double>& x);
SimdLane<double> cbrt(const SimdLane<double>& x);
SimdLane<double> sin(const SimdLane<double>& x);
SimdLane<double> cos(const SimdLane<double>& x);
SimdLane<double> tan(const SimdLane<double>& x);
SimdLane<double> asin(const SimdLane<double>& x);
SimdLane<double> acos(const SimdLane<double>& x);
SimdLane<double> atan(const SimdLane<double>& x);
SimdLane<double> sinh(const SimdLane<double>& x);
SimdLane<double> cosh(const SimdLane<double>& x);
SimdLane<double> tanh(const SimdLane<double>& x);
SimdLane<double> asinh(const SimdLane<double>& x);
SimdLane<double> acosh(const SimdLane<double>& x);
SimdLane<double> atanh(const SimdLane<double>& x);
SimdLane<double> erf(const SimdLane<double>& x);
SimdLane<double> erfc(const SimdLane<double>& x);
SimdLane<double> lgamma(const SimdLane<double>& x);
SimdLane<double> digamma(const SimdLane<double>& x);
SimdLane<double> sigmoid(const SimdLane<double>& x);
SimdLane<double> pow(const SimdLane<double>& x, const SimdLane<double>& y);
SimdLane<double> atan2(const SimdLane<double>& y, const SimdLane<double>& x);
SimdLane<double> hypot(const SimdLane<double>& x, const SimdLane<double>& y);

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
