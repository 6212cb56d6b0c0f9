#include <descent/autodiff/kernels/lane.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Lane<float> ramp() {
  Lane<float> x;
  for (int i = 0; i < x.size; ++i) x.v[i] = static_cast<float>(i) - 8;
  return x;
}

}  // namespace

TEST_CASE("a Lane is 64 aligned bytes of any element") {
  STATIC_REQUIRE(sizeof(Lane<float>) == 64);
  STATIC_REQUIRE(sizeof(Lane<std::uint8_t>) == 64);
  STATIC_REQUIRE(alignof(Lane<double>) == 64);
  STATIC_REQUIRE(Lane<double>::size == 8);
  STATIC_REQUIRE(Mask<std::int32_t>::size == 16);
}

TEST_CASE("numbers are weak in expressions with a Lane") {
  const Lane<float> x = ramp();
  const auto y = 2.0 * x + 1 - x / 4.0L;
  STATIC_REQUIRE(std::is_same_v<decltype(y), const Lane<float>>);
  for (int i = 0; i < x.size; ++i) CHECK(y.v[i] == 2 * x.v[i] + 1 - x.v[i] / 4);
  const auto z = 3.9 * Lane<std::int32_t>(2);
  CHECK(z.v[5] == 6);
}

TEST_CASE("a Lane stores all or the first few elements") {
  float to[17] = {};
  to[3] = 99;
  ramp().store(to, 3);
  CHECK(to[2] == -6);
  CHECK(to[3] == 99);
  ramp().store(to + 1);
  CHECK(to[16] == 7);
}

TEST_CASE("masks combine and choose") {
  const Lane<float> x = ramp();
  const auto y = where(((x > -3) & !(x >= 2)) | (x == 7), x, 100);
  for (int i = 0; i < x.size; ++i) {
    const float e = x.v[i];
    CHECK(y.v[i] == ((e > -3 && e < 2) || e == 7 ? e : 100));
  }
  std::uint8_t bytes[16];
  ((x < 0) ^ (x < 1)).store(bytes);
  CHECK(bytes[8] == 1);
  CHECK(bytes[7] + bytes[9] == 0);
  bytes[0] = 77;  // any byte but 0 is true
  CHECK(where(Mask<float>::load(bytes), 1, 0).v[0] == 1);
}

TEST_CASE("comparisons with NaN are false, but for !=") {
  const Lane<float> x(kNan);
  for (const auto& m : {x == x, x<x, x <= x, x> x, x >= x}) CHECK(m.v[3] == 0);
  CHECK((x != x).v[3] == 1);
  CHECK(isnan(x).v[0] == 1);
  CHECK(isfinite(x).v[0] == 0);
  CHECK(isinf(x).v[0] == 0);
  CHECK(isinf(Lane<double>(-INFINITY)).v[7] == 1);
  CHECK(isfinite(Lane<double>(1e308)).v[7] == 1);
}

TEST_CASE("where ignores the branch that is not taken") { CHECK(where(Lane<float>(1) > 0, 2, kNan).v[4] == 2); }

TEST_CASE("absorb: zero times anything is zero, from both sides") {
  CHECK(absorb(Lane<float>(0), kInf).v[0] == 0);
  CHECK(absorb(Lane<float>(-0.0F), kNan).v[0] == 0);
  CHECK(absorb(Lane<float>(kInf), 0).v[0] == 0);
  CHECK(absorb(Lane<float>(kNan), 0.0).v[0] == 0);
  CHECK(absorb(Lane<float>(3), -2).v[0] == -6);
  CHECK(std::isnan(absorb(Lane<float>(1), kNan).v[0]));
}

TEST_CASE("integers wrap around") {
  const Lane<std::int32_t> top(std::numeric_limits<std::int32_t>::max());
  CHECK((top + 1).v[0] == std::numeric_limits<std::int32_t>::min());
  CHECK((top * 2).v[0] == -2);
  CHECK((-Lane<std::int64_t>(INT64_MIN)).v[0] == INT64_MIN);
  CHECK(abs(Lane<std::int64_t>(-5)).v[1] == 5);
}

TEST_CASE("bytes have logic") {
  const Lane<std::uint8_t> yes(1), no(0);
  CHECK((yes & no).v[0] == 0);
  CHECK((yes | no).v[63] == 1);
  CHECK((yes ^ yes).v[0] == 0);
  CHECK((!no).v[9] == 1);
  CHECK((!Lane<std::uint8_t>(7)).v[9] == 0);
}

TEST_CASE("exact functions", "[lane]") {
  CHECK(round(Lane<float>(0.5F)).v[0] == 0);
  CHECK(round(Lane<double>(1.5)).v[0] == 2);
  CHECK(round(Lane<double>(-2.5)).v[0] == -2);
  CHECK(std::signbit(ceil(Lane<float>(-0.25F)).v[0]));
  CHECK(floor(Lane<double>(-0.25)).v[0] == -1);
  CHECK(trunc(Lane<double>(-7.9)).v[0] == -7);
  CHECK(copysign(Lane<float>(3), Lane<float>(-0.0F)).v[0] == -3);
  CHECK(fmod(Lane<double>(-7.5), 2).v[0] == -1.5);
  CHECK(fmod(Lane<float>(1e30F), 3).v[0] == std::fmod(1e30F, 3.0F));
  CHECK_FALSE(std::signbit(abs(Lane<double>(-0.0)).v[2]));
  CHECK(std::signbit((-Lane<float>(0)).v[2]));
  CHECK(sqrt(Lane<float>(2)).v[15] == std::sqrt(2.0F));
  CHECK(std::isnan(sqrt(Lane<double>(-1)).v[0]));
}

TEST_CASE("fma rounds once") {
  const double x = 1 + 0x1p-30;
  CHECK(fma(Lane<double>(x), x, -1 - 0x1p-29).v[0] == 0x1p-60);
  const float y = 1 + 0x1p-20F;
  CHECK(fma(Lane<float>(y), y, -1 - 0x1p-19F).v[0] == 0x1p-40F);
  CHECK(fma(Lane<float>(0x1.000002p0F), 0x1.000002p0F, 0x1p-50F).v[0] == std::fma(0x1.000002p0F, 0x1.000002p0F, 0x1p-50F));
}
