#include <descent/autodiff/kernels/copy.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

using Numbers = std::vector<Index>;

/// Calls f(i, offset) for every position of the sizes, in order, by the book.
template <class F> void for_each(const Numbers& sizes, const Numbers& strides, F f) {
  Index numel = 1;
  for (const Index size : sizes) numel *= size;
  for (Index i = 0; i < numel; ++i) {
    Index offset = 0, rest = i;
    for (std::size_t a = sizes.size(); a-- > 0; rest /= sizes[a]) offset += rest % sizes[a] * strides[a];
    f(static_cast<std::size_t>(i), offset);
  }
}

/// Copies from strided places around `origin` of a buffer, and stores back, both against the book.
template <class E> void check(const Numbers& sizes, const Numbers& strides, Index origin, Index buffer_size, bool distinct = true) {
  std::string text;
  for (std::size_t a = 0; a < sizes.size(); ++a) text += std::to_string(sizes[a]) + " by " + std::to_string(strides[a]) + "  ";
  INFO(text << sizeof(E) << " bytes");
  std::vector<E> from(static_cast<std::size_t>(buffer_size));
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<E>(i * 7 + 1);
  Index numel = 1;
  for (const Index size : sizes) numel *= size;
  std::vector<E> to(static_cast<std::size_t>(numel) + 1, E(99));
  strided_copy(to.data(), from.data() + origin, sizeof(E), sizes, strides);
  bool right = to.back() == E(99);
  for_each(sizes, strides, [&](std::size_t i, Index offset) { right &= to[i] == from[static_cast<std::size_t>(origin + offset)]; });
  CHECK(right);
  if (!distinct) return;
  std::vector<E> back(from.size(), E(0)), expected = back;
  strided_store(back.data() + origin, sizes, strides, to.data(), sizeof(E));
  for_each(sizes, strides, [&](std::size_t i, Index offset) { expected[static_cast<std::size_t>(origin + offset)] = to[i]; });
  CHECK(back == expected);
}

template <class From, class To> To converted(From x) {
  auto from = padded<From>(1);
  auto to = padded<To>(1);
  from[0] = x;
  const auto dtype = []<class T>(T) {
    return sizeof(T) == 1                    ? Dtype::boolean
           : std::is_same_v<T, std::int32_t> ? i32
           : std::is_same_v<T, std::int64_t> ? i64
           : sizeof(T) == 4                  ? f32
                                             : f64;
  };
  convert(dtype(From{}), from.data(), dtype(To{}), to.data(), 1);
  return to[0];
}

}  // namespace

TEMPLATE_TEST_CASE("strided copies and stores", "", std::uint8_t, std::uint32_t, std::uint64_t) {
  using E = TestType;
  check<E>({}, {}, 3, 10);
  check<E>({6}, {1}, 2, 10);
  check<E>({6}, {-1}, 8, 10);
  check<E>({6}, {0}, 4, 10, false);
  check<E>({4, 5}, {5, 1}, 0, 20);
  check<E>({5, 4}, {1, 5}, 0, 20);
  check<E>({100, 130}, {1, 100}, 0, 13'000);
  check<E>({3, 65, 70}, {65 * 70, 1, 65}, 0, 3 * 65 * 70);
  check<E>({2, 3, 4, 5}, {60, 5, 15, 1}, 0, 120);
  check<E>({4, 5, 6}, {1, 4, 20}, 0, 120);
  check<E>({7, 3, 5}, {0, 5, 1}, 0, 15, false);
  check<E>({3, 7, 5}, {5, 0, 1}, 0, 15, false);
  check<E>({10, 10}, {-20, 2}, 180, 200);
  check<E>({10, 10}, {20, -2}, 19, 200);
  check<E>({300, 200}, {400, 2}, 0, 120'000);
  check<E>({0, 5}, {5, 1}, 0, 10);
  check<E>({1, 5, 1, 2}, {77, 2, 99, 1}, 0, 10);
  check<E>({2, 2, 2, 2, 2, 2, 2, 2}, {1, 2, 4, 8, 16, 32, 64, 128}, 0, 256);
}

TEST_CASE("floats go to integers by truncation; what does not fit saturates, NaN is 0") {
  constexpr auto top_32 = std::numeric_limits<std::int32_t>::max(), bottom_32 = std::numeric_limits<std::int32_t>::min();
  constexpr auto top_64 = std::numeric_limits<std::int64_t>::max(), bottom_64 = std::numeric_limits<std::int64_t>::min();
  CHECK(converted<float, std::int32_t>(-2.9F) == -2);
  CHECK(converted<double, std::int64_t>(2.9) == 2);
  CHECK(converted<float, std::int32_t>(2147483648.0F) == top_32);
  CHECK(converted<float, std::int32_t>(-2147483648.0F) == bottom_32);
  CHECK(converted<double, std::int32_t>(2147483647.0) == top_32);
  CHECK(converted<double, std::int32_t>(-1e30) == bottom_32);
  CHECK(converted<double, std::int64_t>(1e30) == top_64);
  CHECK(converted<float, std::int64_t>(INFINITY) == top_64);
  CHECK(converted<float, std::int64_t>(-INFINITY) == bottom_64);
  CHECK(converted<double, std::int64_t>(NAN) == 0);
  CHECK(converted<float, std::int32_t>(NAN) == 0);
}

TEST_CASE("integers go to floats and to each other") {
  CHECK(converted<std::int32_t, float>(16777217) == 16777216.0F);
  CHECK(converted<std::int64_t, double>(-5) == -5);
  CHECK(converted<std::int32_t, std::int64_t>(-7) == -7);
  CHECK(converted<std::int64_t, std::int32_t>(4294967298) == 2);
  CHECK(converted<std::uint8_t, float>(1) == 1);
  CHECK(converted<double, float>(1e300) == INFINITY);
}

TEST_CASE("anything but 0 is true") {
  CHECK(converted<float, std::uint8_t>(NAN) == 1);
  CHECK(converted<double, std::uint8_t>(-0.0) == 0);
  CHECK(converted<double, std::uint8_t>(0.1) == 1);
  CHECK(converted<std::int64_t, std::uint8_t>(256) == 1);
}

TEST_CASE("long conversions and fills reach every element") {
  constexpr Index n = 100'001;
  const auto x = random_values<std::int32_t>(n, 1);
  auto y = padded<double>(n);
  convert(i32, x.data(), f64, y.data(), n);
  CHECK(std::equal(y.begin(), y.begin() + n, x.begin()));
  auto filled = padded<std::int32_t>(n);
  fill(filled.data(), i32, -3.7, n);
  CHECK(std::count(filled.begin(), filled.begin() + n, -3) == n);
  auto exact = padded<std::int64_t>(2);
  fill_integer(exact.data(), i64, (std::int64_t{1} << 53) + 1, 2);
  CHECK(exact[1] == (std::int64_t{1} << 53) + 1);
  std::uint8_t truth[2] = {};
  fill(truth, Dtype::boolean, 0.5, 2);
  CHECK(truth[1] == 1);
}
