#pragma once

#include <limits>

#include <descent/autodiff/kernels/math/exponential.hpp>
#include <descent/autodiff/kernels/math/logarithm.hpp>

/// cbrt, pow, hypot. Private.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

/// 2^(log2(a) / 3), then one of Newton's steps; a is first moved away from the ends of the range.
inline F64 cbrt_of(const F64& x) {
  const F64 a = abs(x);
  const SimdMask<double> tiny = a < 0x1p-900;
  const SimdMask<double> huge = a > 0x1p900;
  const F64 moved = where(tiny, a * 0x1p540, where(huge, a * 0x1p-540, a));
  const F64 guess = exp2_of(log2_of(moved) * (1.0 / 3.0));
  const F64 root = guess - (guess * guess * guess - moved) / (3 * guess * guess);
  const F64 y = where(tiny, root * 0x1p-180, where(huge, root * 0x1p180, root));
  return where((a > 0) & isfinite(a), copysign(y, x), x);
}

/// x^y as C has it, for f32 only: 2^(y log2|x|), whose exponent below 160 costs 8 of the bits to spare.
inline F64 short_pow(const F64& x, const F64& y) {
  const F64 size = short_exp(clamped(y * short_log2(abs(x)), -160.0, 130.0) * 0.6931471805599453);
  const SimdMask<double> whole = y == floor(y), odd = whole & (y * 0.5 != floor(y * 0.5));
  const SimdMask<double> negative = copysign(F64(1), x) < 0;
  const SimdMask<double> undefined = (x < 0) & !whole & isfinite(x);
  const F64 power = where(undefined, std::numeric_limits<double>::quiet_NaN(), where(negative & odd, -size, size));
  const SimdMask<double> one = (y == 0) | (x == 1) | ((x == -1) & isinf(y));
  return where(one, 1, power);
}

/// For f32 only: in double no square overflows or vanishes.
inline F64 short_hypot(const F64& x, const F64& y) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  return where(isinf(x) | isinf(y), inf, sqrt(x * x + y * y));
}

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
