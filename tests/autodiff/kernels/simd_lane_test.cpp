#include <descent/autodiff/kernels/simd_lane.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

#include <descent/autodiff/kernels/lanes.hpp>
#include <descent/tests/catch.hpp>

// Compiled with the flags of the library's loops, and so with their SimdLane.

using namespace descent;
using namespace descent::kernels;

namespace {

/// A value at random: any bits, small numbers, and the points where functions turn.
template <class T> T any_value(std::mt19937_64& bits) {
  T x;
  const std::uint64_t draw = bits();
  if constexpr (std::is_integral_v<T>) {
    std::memcpy(&x, &draw, sizeof x);
    return draw % 3 == 0 ? static_cast<T>(bits() % 3) : x;
  } else {
    constexpr T inf = std::numeric_limits<T>::infinity();
    constexpr T points[] = {0,
                            T(-0.0),
                            1,
                            -1,
                            T(0.5),
                            T(-0.5),
                            2,
                            inf,
                            -inf,
                            std::numeric_limits<T>::quiet_NaN(),
                            std::numeric_limits<T>::max(),
                            std::numeric_limits<T>::min(),
                            std::numeric_limits<T>::denorm_min()};
    if (draw % 3 == 0) return points[bits() % std::size(points)];
    if (draw % 3 == 1) return std::uniform_real_distribution<T>(-20, 20)(bits);
    const std::uint64_t all = bits();
    std::memcpy(&x, &all, sizeof x);
    return x;
  }
}

template <class T> struct Pair {
  Lane<T> plain;
  SimdLane<T> simd;
};
template <class T> Pair<T> any_pair(std::mt19937_64& bits) {
  Pair<T> p;
  for (T& e : p.plain.v) e = any_value<T>(bits);
  p.simd = SimdLane<T>::load(p.plain.v);
  return p;
}

/// The same bits, any NaN being as good as another.
template <class T> bool agree(const Lane<T>& plain, const SimdLane<T>& simd) {
  T elements[64 / sizeof(T)];
  simd.store(elements);
  for (int i = 0; i < plain.size; ++i) {
    const bool both_nan = plain.v[i] != plain.v[i] && elements[i] != elements[i];
    if (!both_nan && std::memcmp(&plain.v[i], &elements[i], sizeof(T)) != 0) return false;
  }
  return true;
}
template <class T> bool agree(const Mask<T>& plain, const SimdMask<T>& simd) {
  std::uint8_t elements[64 / sizeof(T)];
  simd.store(elements);
  return std::memcmp(plain.v, elements, sizeof elements) == 0;
}

/// Checks f(x, y, z) for both forms on many triples.
template <class T, class F> void check_agreement(const char* name, F f) {
  INFO(name << ", " << sizeof(T) << " bytes" << (std::is_integral_v<T> ? ", integer" : ""));
  std::mt19937_64 bits(1);
  bool all = true;
  for (int i = 0; i < 300; ++i) {
    const auto x = any_pair<T>(bits), y = any_pair<T>(bits), z = any_pair<T>(bits);
    all &= agree(f(x.plain, y.plain, z.plain), f(x.simd, y.simd, z.simd));
  }
  CHECK(all);
}
#define AGREE(T, expression) \
  check_agreement<T>(#expression, []([[maybe_unused]] auto x, [[maybe_unused]] auto y, [[maybe_unused]] auto z) { return expression; })

}  // namespace

TEMPLATE_TEST_CASE("SimdLane and Lane agree in arithmetic and choice", "", float, double, std::int32_t, std::int64_t, std::uint8_t) {
  AGREE(TestType, x + y);
  AGREE(TestType, x - y);
  AGREE(TestType, x * y);
  AGREE(TestType, -x);
  AGREE(TestType, 3 * x + 1.5);
  AGREE(TestType, x == y);
  AGREE(TestType, x != y);
  AGREE(TestType, x < y);
  AGREE(TestType, x <= y);
  AGREE(TestType, x > y);
  AGREE(TestType, x >= y);
  AGREE(TestType, ((x < y) & (y < z)) | !(x < z));
  AGREE(TestType, (x < y) ^ (y < z));
  AGREE(TestType, where(x < y, z, x));
  AGREE(TestType, where(x < y, 2, x));
  AGREE(TestType, absorb(x, y));
}

TEMPLATE_TEST_CASE("SimdLane and Lane agree in exact functions", "", float, double) {
  AGREE(TestType, x / y);
  AGREE(TestType, abs(x));
  AGREE(TestType, sqrt(x));
  AGREE(TestType, floor(x));
  AGREE(TestType, ceil(x));
  AGREE(TestType, trunc(x));
  AGREE(TestType, round(x));
  AGREE(TestType, copysign(x, y));
  AGREE(TestType, fmod(x, y));
  AGREE(TestType, fma(x, y, z));
  AGREE(TestType, isnan(x));
  AGREE(TestType, isinf(x));
  AGREE(TestType, isfinite(x));
}

TEMPLATE_TEST_CASE("SimdLane and Lane agree in mathematics", "", float, double) {
  AGREE(TestType, exp(x));
  AGREE(TestType, exp2(x));
  AGREE(TestType, expm1(x));
  AGREE(TestType, log(x));
  AGREE(TestType, log2(x));
  AGREE(TestType, log10(x));
  AGREE(TestType, log1p(x));
  AGREE(TestType, cbrt(x));
  AGREE(TestType, sin(x));
  AGREE(TestType, cos(x));
  AGREE(TestType, tan(x));
  AGREE(TestType, asin(x));
  AGREE(TestType, acos(x));
  AGREE(TestType, atan(x));
  AGREE(TestType, sinh(x));
  AGREE(TestType, cosh(x));
  AGREE(TestType, tanh(x));
  AGREE(TestType, asinh(x));
  AGREE(TestType, acosh(x));
  AGREE(TestType, atanh(x));
  AGREE(TestType, erf(x));
  AGREE(TestType, erfc(x));
  AGREE(TestType, lgamma(x));
  AGREE(TestType, digamma(x));
  AGREE(TestType, sigmoid(x));
  AGREE(TestType, pow(x, y));
  AGREE(TestType, pow(x, 2.5));
  AGREE(TestType, atan2(x, y));
  AGREE(TestType, hypot(x, y));
}

TEST_CASE("SimdLane and Lane agree in the logic of bytes") {
  AGREE(std::uint8_t, x & y);
  AGREE(std::uint8_t, x | y);
  AGREE(std::uint8_t, x ^ y);
  AGREE(std::uint8_t, !x);
}

TEMPLATE_TEST_CASE("SimdLane and SimdMask load bytes and store a few elements as Lane does", "", float, double, std::int32_t, std::int64_t,
                   std::uint8_t) {
  constexpr int size = Lane<TestType>::size;
  std::mt19937_64 bits(2);
  for (int n = 1; n <= size; ++n) {
    const auto x = any_pair<TestType>(bits);
    TestType plain[65] = {}, simd[65] = {};
    x.plain.store(plain, n);
    x.simd.store(simd, n);
    CHECK(std::memcmp(plain, simd, sizeof plain) == 0);
    std::uint8_t bytes[64], plain_bytes[65] = {}, simd_bytes[65] = {};
    for (auto& b : bytes) b = static_cast<std::uint8_t>(bits() % 3);
    Mask<TestType>::load(bytes).store(plain_bytes, n);
    SimdMask<TestType>::load(bytes).store(simd_bytes, n);
    CHECK(std::memcmp(plain_bytes, simd_bytes, sizeof plain_bytes) == 0);
  }
}
