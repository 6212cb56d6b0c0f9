#pragma once

#include <descent/autodiff/kernels/simd_lane.hpp>

/// Special functions on SIMD lanes. Within 10 ulp, or 4 eps of the size of the terms that cancel at a zero;
/// limits at infinities, poles and range ends; NaN for NaN. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

SimdLane<float> erfinv(const SimdLane<float>& x);
SimdLane<double> erfinv(const SimdLane<double>& x);
SimdLane<float> ndtri(const SimdLane<float>& p);
SimdLane<double> ndtri(const SimdLane<double>& p);
SimdLane<float> ndtr(const SimdLane<float>& x);
SimdLane<double> ndtr(const SimdLane<double>& x);
SimdLane<float> log_ndtr(const SimdLane<float>& x);
SimdLane<double> log_ndtr(const SimdLane<double>& x);
SimdLane<float> erfcx(Index n, const SimdLane<float>& x);    ///< its nth derivative
SimdLane<double> erfcx(Index n, const SimdLane<double>& x);  ///< its nth derivative
SimdLane<float> sinc(Index n, const SimdLane<float>& x);     ///< likewise
SimdLane<double> sinc(Index n, const SimdLane<double>& x);   ///< likewise
SimdLane<float> bessel_i(Index order, const SimdLane<float>& x);
SimdLane<double> bessel_i(Index order, const SimdLane<double>& x);
SimdLane<float> bessel_ie(Index order, const SimdLane<float>& x);    ///< e^-|x| bessel_i
SimdLane<double> bessel_ie(Index order, const SimdLane<double>& x);  ///< e^-|x| bessel_i
SimdLane<float> polygamma(Index n, const SimdLane<float>& x);
SimdLane<double> polygamma(Index n, const SimdLane<double>& x);
SimdLane<float> loggamma_slope(Index n, const SimdLane<float>& a, const SimdLane<float>& z);     ///< its nth derivative; to 1e-12
SimdLane<double> loggamma_slope(Index n, const SimdLane<double>& a, const SimdLane<double>& z);  ///< likewise

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
