#include <descent/autodiff/kernels/math.hpp>

#include <cmath>

#include <descent/autodiff/kernels/lanes.hpp>
#include <descent/autodiff/kernels/math/digamma.hpp>
#include <descent/autodiff/kernels/math/error_function.hpp>
#include <descent/autodiff/kernels/math/exponential.hpp>
#include <descent/autodiff/kernels/math/gamma.hpp>
#include <descent/autodiff/kernels/math/logarithm.hpp>
#include <descent/autodiff/kernels/math/power.hpp>
#include <descent/autodiff/kernels/math/trigonometric.hpp>

namespace descent::inline v1::kernels {

// Which way each function takes: f32 has code of its own where speed matters and goes through double elsewhere; what is rare in
// f64 takes the C library's, one element after the other. Each is one body (flatten): a call between the parts it is made of costs
// as much as a part, as Lanes go through memory.
inline namespace DESCENT_ISA_NAMESPACE {

[[gnu::flatten]] F32 exp(const F32& x) { return exp_of(x); }
[[gnu::flatten]] F32 exp2(const F32& x) { return exp2_of(x); }
[[gnu::flatten]] F32 expm1(const F32& x) { return expm1_of(x); }
[[gnu::flatten]] F32 log(const F32& x) { return log_of(x); }
[[gnu::flatten]] F32 log2(const F32& x) { return log2_of(x); }
[[gnu::flatten]] F32 log10(const F32& x) { return log10_of(x); }
[[gnu::flatten]] F32 log1p(const F32& x) { return log1p_of(x); }
[[gnu::flatten]] F32 cbrt(const F32& x) { return in_double<cbrt_of>(x); }
[[gnu::flatten]] F32 sin(const F32& x) { return sin_of(x); }
[[gnu::flatten]] F32 cos(const F32& x) { return cos_of(x); }
[[gnu::flatten]] F32 tan(const F32& x) { return tan_of(x); }
[[gnu::flatten]] F32 asin(const F32& x) { return asin_of(x); }
[[gnu::flatten]] F32 acos(const F32& x) { return acos_of(x); }
[[gnu::flatten]] F32 atan(const F32& x) { return in_double<short_atan>(x); }
[[gnu::flatten]] F32 sinh(const F32& x) { return sinh_of(x); }
[[gnu::flatten]] F32 cosh(const F32& x) { return cosh_of(x); }
[[gnu::flatten]] F32 tanh(const F32& x) { return tanh_of(x); }
[[gnu::flatten]] F32 asinh(const F32& x) { return in_double<short_asinh>(x); }
[[gnu::flatten]] F32 acosh(const F32& x) { return in_double<short_acosh>(x); }
[[gnu::flatten]] F32 atanh(const F32& x) { return atanh_of(x); }
[[gnu::flatten]] F32 erf(const F32& x) { return erf_of(x); }
[[gnu::flatten]] F32 erfc(const F32& x) { return in_double<short_erfc>(x); }
[[gnu::flatten]] F32 lgamma(const F32& x) { return lgamma_of(x); }
[[gnu::flatten]] F32 digamma(const F32& x) { return in_double<digamma_of>(x); }
[[gnu::flatten]] F32 sigmoid(const F32& x) { return sigmoid_of(x); }
[[gnu::flatten]] F32 pow(const F32& x, const F32& y) { return in_double<short_pow>(x, y); }
[[gnu::flatten]] F32 atan2(const F32& y, const F32& x) { return in_double<short_atan2>(y, x); }
[[gnu::flatten]] F32 hypot(const F32& x, const F32& y) { return in_double<short_hypot>(x, y); }

[[gnu::flatten]] F64 exp(const F64& x) { return exp_of(x); }
[[gnu::flatten]] F64 exp2(const F64& x) { return exp2_of(x); }
[[gnu::flatten]] F64 expm1(const F64& x) { return expm1_of(x); }
[[gnu::flatten]] F64 log(const F64& x) { return log_of(x); }
[[gnu::flatten]] F64 log2(const F64& x) { return log2_of(x); }
[[gnu::flatten]] F64 log10(const F64& x) { return log10_of(x); }
[[gnu::flatten]] F64 log1p(const F64& x) { return log1p_of(x); }
[[gnu::flatten]] F64 cbrt(const F64& x) { return cbrt_of(x); }
[[gnu::flatten]] F64 sin(const F64& x) { return sin_of(x); }
[[gnu::flatten]] F64 cos(const F64& x) { return cos_of(x); }
[[gnu::flatten]] F64 tan(const F64& x) { return tan_of(x); }
[[gnu::flatten]] F64 asin(const F64& x) { return asin_of(x); }
[[gnu::flatten]] F64 acos(const F64& x) { return acos_of(x); }
[[gnu::flatten]] F64 atan(const F64& x) { return atan_of(x); }
[[gnu::flatten]] F64 sinh(const F64& x) { return sinh_of(x); }
[[gnu::flatten]] F64 cosh(const F64& x) { return cosh_of(x); }
[[gnu::flatten]] F64 tanh(const F64& x) { return tanh_of(x); }
F64 asinh(const F64& x) {
  return each_element([](double e) { return std::asinh(e); }, x);
}
F64 acosh(const F64& x) {
  return each_element([](double e) { return std::acosh(e); }, x);
}
F64 atanh(const F64& x) {
  return each_element([](double e) { return std::atanh(e); }, x);
}
[[gnu::flatten]] F64 erf(const F64& x) { return erf_of(x); }
[[gnu::flatten]] F64 erfc(const F64& x) { return erfc_of(x); }
F64 lgamma(const F64& x) {
  return each_element([](double e) { return kernels::lgamma_of(e); }, x);
}
[[gnu::flatten]] F64 digamma(const F64& x) { return digamma_of(x); }
[[gnu::flatten]] F64 sigmoid(const F64& x) { return sigmoid_of(x); }
F64 pow(const F64& x, const F64& y) {
  return each_element([](double d, double e) { return std::pow(d, e); }, x, y);
}
F64 atan2(const F64& y, const F64& x) {
  return each_element([](double d, double e) { return std::atan2(d, e); }, y, x);
}
F64 hypot(const F64& x, const F64& y) {
  return each_element([](double d, double e) { return std::hypot(d, e); }, x, y);
}

}  // namespace DESCENT_ISA_NAMESPACE

// The plain Lane's: the same code by reference.
namespace {

template <class T> SimdLane<T> simd(const Lane<T>& x) { return SimdLane<T>::load(x.v); }
template <class T> Lane<T> plain(const SimdLane<T>& x) {
  Lane<T> r;
  x.store(r.v);
  return r;
}

}  // namespace

Lane<float> abs(const Lane<float>& x) { return plain(abs(simd(x))); }
Lane<float> sqrt(const Lane<float>& x) { return plain(sqrt(simd(x))); }
Lane<float> floor(const Lane<float>& x) { return plain(floor(simd(x))); }
Lane<float> ceil(const Lane<float>& x) { return plain(ceil(simd(x))); }
Lane<float> trunc(const Lane<float>& x) { return plain(trunc(simd(x))); }
Lane<float> round(const Lane<float>& x) { return plain(round(simd(x))); }
Lane<float> exp(const Lane<float>& x) { return plain(exp(simd(x))); }
Lane<float> exp2(const Lane<float>& x) { return plain(exp2(simd(x))); }
Lane<float> expm1(const Lane<float>& x) { return plain(expm1(simd(x))); }
Lane<float> log(const Lane<float>& x) { return plain(log(simd(x))); }
Lane<float> log2(const Lane<float>& x) { return plain(log2(simd(x))); }
Lane<float> log10(const Lane<float>& x) { return plain(log10(simd(x))); }
Lane<float> log1p(const Lane<float>& x) { return plain(log1p(simd(x))); }
Lane<float> cbrt(const Lane<float>& x) { return plain(cbrt(simd(x))); }
Lane<float> sin(const Lane<float>& x) { return plain(sin(simd(x))); }
Lane<float> cos(const Lane<float>& x) { return plain(cos(simd(x))); }
Lane<float> tan(const Lane<float>& x) { return plain(tan(simd(x))); }
Lane<float> asin(const Lane<float>& x) { return plain(asin(simd(x))); }
Lane<float> acos(const Lane<float>& x) { return plain(acos(simd(x))); }
Lane<float> atan(const Lane<float>& x) { return plain(atan(simd(x))); }
Lane<float> sinh(const Lane<float>& x) { return plain(sinh(simd(x))); }
Lane<float> cosh(const Lane<float>& x) { return plain(cosh(simd(x))); }
Lane<float> tanh(const Lane<float>& x) { return plain(tanh(simd(x))); }
Lane<float> asinh(const Lane<float>& x) { return plain(asinh(simd(x))); }
Lane<float> acosh(const Lane<float>& x) { return plain(acosh(simd(x))); }
Lane<float> atanh(const Lane<float>& x) { return plain(atanh(simd(x))); }
Lane<float> erf(const Lane<float>& x) { return plain(erf(simd(x))); }
Lane<float> erfc(const Lane<float>& x) { return plain(erfc(simd(x))); }
Lane<float> lgamma(const Lane<float>& x) { return plain(lgamma(simd(x))); }
Lane<float> digamma(const Lane<float>& x) { return plain(digamma(simd(x))); }
Lane<float> sigmoid(const Lane<float>& x) { return plain(sigmoid(simd(x))); }
Lane<float> copysign(const Lane<float>& magnitude, const Lane<float>& sign) { return plain(copysign(simd(magnitude), simd(sign))); }
Lane<float> fmod(const Lane<float>& x, const Lane<float>& y) { return plain(fmod(simd(x), simd(y))); }
Lane<float> pow(const Lane<float>& x, const Lane<float>& y) { return plain(pow(simd(x), simd(y))); }
Lane<float> atan2(const Lane<float>& y, const Lane<float>& x) { return plain(atan2(simd(y), simd(x))); }
Lane<float> hypot(const Lane<float>& x, const Lane<float>& y) { return plain(hypot(simd(x), simd(y))); }
Lane<float> fma(const Lane<float>& a, const Lane<float>& b, const Lane<float>& c) { return plain(fma(simd(a), simd(b), simd(c))); }

Lane<double> abs(const Lane<double>& x) { return plain(abs(simd(x))); }
Lane<double> sqrt(const Lane<double>& x) { return plain(sqrt(simd(x))); }
Lane<double> floor(const Lane<double>& x) { return plain(floor(simd(x))); }
Lane<double> ceil(const Lane<double>& x) { return plain(ceil(simd(x))); }
Lane<double> trunc(const Lane<double>& x) { return plain(trunc(simd(x))); }
Lane<double> round(const Lane<double>& x) { return plain(round(simd(x))); }
Lane<double> exp(const Lane<double>& x) { return plain(exp(simd(x))); }
Lane<double> exp2(const Lane<double>& x) { return plain(exp2(simd(x))); }
Lane<double> expm1(const Lane<double>& x) { return plain(expm1(simd(x))); }
Lane<double> log(const Lane<double>& x) { return plain(log(simd(x))); }
Lane<double> log2(const Lane<double>& x) { return plain(log2(simd(x))); }
Lane<double> log10(const Lane<double>& x) { return plain(log10(simd(x))); }
Lane<double> log1p(const Lane<double>& x) { return plain(log1p(simd(x))); }
Lane<double> cbrt(const Lane<double>& x) { return plain(cbrt(simd(x))); }
Lane<double> sin(const Lane<double>& x) { return plain(sin(simd(x))); }
Lane<double> cos(const Lane<double>& x) { return plain(cos(simd(x))); }
Lane<double> tan(const Lane<double>& x) { return plain(tan(simd(x))); }
Lane<double> asin(const Lane<double>& x) { return plain(asin(simd(x))); }
Lane<double> acos(const Lane<double>& x) { return plain(acos(simd(x))); }
Lane<double> atan(const Lane<double>& x) { return plain(atan(simd(x))); }
Lane<double> sinh(const Lane<double>& x) { return plain(sinh(simd(x))); }
Lane<double> cosh(const Lane<double>& x) { return plain(cosh(simd(x))); }
Lane<double> tanh(const Lane<double>& x) { return plain(tanh(simd(x))); }
Lane<double> asinh(const Lane<double>& x) { return plain(asinh(simd(x))); }
Lane<double> acosh(const Lane<double>& x) { return plain(acosh(simd(x))); }
Lane<double> atanh(const Lane<double>& x) { return plain(atanh(simd(x))); }
Lane<double> erf(const Lane<double>& x) { return plain(erf(simd(x))); }
Lane<double> erfc(const Lane<double>& x) { return plain(erfc(simd(x))); }
Lane<double> lgamma(const Lane<double>& x) { return plain(lgamma(simd(x))); }
Lane<double> digamma(const Lane<double>& x) { return plain(digamma(simd(x))); }
Lane<double> sigmoid(const Lane<double>& x) { return plain(sigmoid(simd(x))); }
Lane<double> copysign(const Lane<double>& magnitude, const Lane<double>& sign) { return plain(copysign(simd(magnitude), simd(sign))); }
Lane<double> fmod(const Lane<double>& x, const Lane<double>& y) { return plain(fmod(simd(x), simd(y))); }
Lane<double> pow(const Lane<double>& x, const Lane<double>& y) { return plain(pow(simd(x), simd(y))); }
Lane<double> atan2(const Lane<double>& y, const Lane<double>& x) { return plain(atan2(simd(y), simd(x))); }
Lane<double> hypot(const Lane<double>& x, const Lane<double>& y) { return plain(hypot(simd(x), simd(y))); }
Lane<double> fma(const Lane<double>& a, const Lane<double>& b, const Lane<double>& c) { return plain(fma(simd(a), simd(b), simd(c))); }

}  // namespace descent::inline v1::kernels
