#include <descent/autodiff/kernels/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

constexpr std::uint64_t kKey = 0x0123456789abcdef, kCounter = 42;

template <class T, class F> std::vector<T> drawn(F f, Index n) {
  auto x = padded<T>(n);
  f(kKey, kCounter, x.data(), n);
  return x;
}
const auto draw_bits = [](auto... arguments) { fill_bits(arguments...); };
const auto draw_uniform = [](auto... arguments) { uniform(arguments...); };
const auto draw_normal = [](auto... arguments) { normal(arguments...); };

/// An element depends on its index only: not on the length, nor on the threads.
template <class T, class F> void check_positions(F f) {
  const Index n = 70'001;
  const auto all = drawn<T>(f, n);
  for (const Index some : {1, 2, 3, 5, 63, 64, 65, 1000, 40'000}) CHECK(same_bits(drawn<T>(f, some).data(), all.data(), some));
  for (const int count : {1, 2, 3, 7}) {
    const auto scope = set_threads(count);
    CHECK(same_bits(drawn<T>(f, n).data(), all.data(), n));
  }
}

struct Moments {
  double mean = 0, variance = 0, fourth = 0;
};
template <class T> Moments moments(const std::vector<T>& x, Index n, double center) {
  Moments m;
  for (Index i = 0; i < n; ++i) {
    const double d = static_cast<double>(x[static_cast<std::size_t>(i)]) - center;
    m.mean += d / static_cast<double>(n), m.variance += d * d / static_cast<double>(n), m.fourth += d * d * d * d / static_cast<double>(n);
  }
  return m;
}

}  // namespace

TEST_CASE("the bits are Philox4x32-10's: known answers of its authors") {
  std::uint32_t x[4];
  fill_bits(0, 0, x, 4);
  CHECK((x[0] == 0x6627e8d5 && x[1] == 0xe169c58d && x[2] == 0xbc57ac4c && x[3] == 0x9b00dbd8));
  CHECK(split(~std::uint64_t{0}, ~std::uint64_t{0}) == 0x41c83b0e408f276d);
}

TEST_CASE("the streams are those of the first release, on every machine") {
  const Index n = 10'000;
  CHECK(fingerprint(drawn<std::uint32_t>(draw_bits, n), n) == 0x2db4da1c19c0af4fULL);
  CHECK(fingerprint(drawn<float>(draw_uniform, n), n) == 0x0d1b5e45352dacaaULL);
  CHECK(fingerprint(drawn<double>(draw_uniform, n), n) == 0xd38a314c8a86ae9cULL);
  CHECK(fingerprint(drawn<float>(draw_normal, n), n) == 0x0eec59175413cda6ULL);
  CHECK(fingerprint(drawn<double>(draw_normal, n), n) == 0xaa60eb972a6594baULL);
  CHECK(split(kKey, 7) == 0x6788f16a3a4e56bcULL);
}

TEST_CASE("an element depends on key, counter and its index alone") {
  check_positions<std::uint32_t>(draw_bits);
  check_positions<float>(draw_uniform);
  check_positions<double>(draw_uniform);
  check_positions<float>(draw_normal);
  check_positions<double>(draw_normal);
}

TEMPLATE_TEST_CASE("uniform lies on its grid in [0, 1), evenly", "", float, double) {
  const Index n = 200'000;
  const auto x = drawn<TestType>(draw_uniform, n);
  const double grid = sizeof(TestType) == 4 ? 0x1p24 : 0x1p53;
  bool on_grid = true;
  for (Index i = 0; i < n; ++i) {
    const double e = static_cast<double>(x[static_cast<std::size_t>(i)]);
    on_grid &= e >= 0 && e < 1 && e * grid == std::floor(e * grid);
  }
  CHECK(on_grid);
  const Moments m = moments(x, n, 0.5);  // standard errors: 0.00065, 0.00017
  CHECK(std::abs(m.mean) < 0.0026);
  CHECK(std::abs(m.variance - 1.0 / 12) < 0.0007);
}

TEMPLATE_TEST_CASE("normal is standard and bounded", "", float, double) {
  const Index n = 200'000;
  const auto x = drawn<TestType>(draw_normal, n);
  const Moments m = moments(x, n, 0);  // standard errors: 0.0022, 0.0032, 0.022
  CHECK(std::abs(m.mean) < 0.009);
  CHECK(std::abs(m.variance - 1) < 0.013);
  CHECK(std::abs(m.fourth - 3) < 0.09);
  CHECK(std::abs(*std::max_element(x.begin(), x.begin() + n)) < (sizeof(TestType) == 4 ? 6.77 : 8.66));
  double neighbours = 0;
  for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(n); i += 2)
    neighbours += static_cast<double>(x[i]) * static_cast<double>(x[i + 1]);
  CHECK(std::abs(neighbours / 100'000) < 0.013);
}

TEST_CASE("normal is Box and Muller's transform of the documented bits") {
  const auto bits = drawn<std::uint32_t>(draw_bits, 4000);
  const auto x = drawn<float>(draw_normal, 4000);
  const auto y = drawn<double>(draw_normal, 2000);
  const double turn = 2 * std::acos(-1.0);
  for (std::size_t i = 0; i < 2000; i += 2) {
    const double u = (bits[i] + 0.5) * 0x1p-32, v = bits[i + 1] * 0x1p-32;
    CHECK(x[i] == Approx(std::sqrt(-2 * std::log(u)) * std::cos(turn * v)).epsilon(1e-6).margin(1e-7));
    CHECK(x[i + 1] == Approx(std::sqrt(-2 * std::log(u)) * std::sin(turn * v)).epsilon(1e-6).margin(1e-7));
  }
  for (std::size_t i = 0; i < 1000; ++i) {
    const auto upper = [&](std::size_t word) { return static_cast<double>(((std::uint64_t{bits[word + 1]} << 32) | bits[word]) >> 11); };
    const double u = (upper(4 * i) + 0.5) * 0x1p-53, v = upper(4 * i + 2) * 0x1p-53;
    CHECK(y[2 * i] == Approx(std::sqrt(-2 * std::log(u)) * std::cos(turn * v)).epsilon(1e-14).margin(1e-14));
    CHECK(y[2 * i + 1] == Approx(std::sqrt(-2 * std::log(u)) * std::sin(turn * v)).epsilon(1e-14).margin(1e-14));
  }
}

TEST_CASE("split gives distinct keys, and neither key nor counter repeats a draw") {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t i = 0; i < 1000; ++i) keys.push_back(split(kKey, i));
  std::sort(keys.begin(), keys.end());
  CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
  std::uint32_t a[64], b[64];
  fill_bits(kKey, 0, a, 64);
  fill_bits(kKey, 1, b, 64);
  CHECK_FALSE(same_bits(a, b, 64));
  fill_bits(kKey + 1, 0, b, 64);
  CHECK_FALSE(same_bits(a, b, 64));
}
