#include <descent/autodiff/kernels/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

const Reduction kForms[] = {{1, 1, 1},    {3, 1, 5},       {1, 2, 1},      {1, 7, 1},      {5, 16, 1},   {5, 17, 1},   {2, 1025, 1},
                            {3, 4099, 1}, {1, 100'003, 1}, {1, 5, 3},      {1, 16, 64},    {1, 17, 65},  {2, 33, 130}, {1, 1000, 10},
                            {3, 50, 7},   {1, 70'001, 3},  {1, 300, 1000}, {2, 40'000, 2}, {4000, 4, 1}, {500, 3, 20}};

/// Calls f(o, j, the column) for each result.
template <class T, class F> void for_columns(const Reduction& r, const std::vector<T>& x, F f) {
  std::vector<T> column(static_cast<std::size_t>(r.n));
  for (Index o = 0; o < r.outer; ++o)
    for (Index j = 0; j < r.inner; ++j) {
      for (Index i = 0; i < r.n; ++i) column[static_cast<std::size_t>(i)] = x[static_cast<std::size_t>((o * r.n + i) * r.inner + j)];
      f(static_cast<std::size_t>(o * r.inner + j), column);
    }
}

template <class T> std::vector<T> values(const Reduction& r, unsigned seed) { return random_values<T>(r.outer * r.n * r.inner, seed); }
Index results(const Reduction& r) { return r.outer * r.inner; }

}  // namespace

TEMPLATE_TEST_CASE("sum's error is at most (log2 n + 4) eps sum|x|", "", float, double) {
  for (const Reduction& r : kForms) {
    INFO("[" << r.outer << ", " << r.n << ", " << r.inner << "]");
    const auto x = values<TestType>(r, 1);
    auto y = padded<TestType>(results(r));
    sum(r, x.data(), y.data());
    bool good = true;
    for_columns(r, x, [&](std::size_t at, const std::vector<TestType>& column) {
      long double exact = 0, size = 0;
      for (const TestType e : column) exact += e, size += std::abs(e);
      const long double bound = (std::log2(static_cast<long double>(r.n)) + 4) * std::numeric_limits<TestType>::epsilon() * size;
      good &= std::abs(y[at] - exact) <= bound;
    });
    CHECK(good);
  }
}

TEST_CASE("a million tenths add up") {
  std::vector<float> x(1'000'000 + 16, 0.1F);
  float y = 0;
  sum({1, 1'000'000, 1}, x.data(), &y);
  CHECK(y == Approx(1'000'000 * double{0.1F}).epsilon(1e-6));
}

TEMPLATE_TEST_CASE("reductions have the same bits on any number of threads", "", float, double) {
  for (const Reduction& r : kForms) {
    INFO("[" << r.outer << ", " << r.n << ", " << r.inner << "]");
    const auto x = values<TestType>(r, 2);
    auto first = padded<TestType>(results(r)), again = first;
    for (const int n : {1, 2, 3, 7}) {
      const auto some = set_threads(n);
      auto& y = n == 1 ? first : again;
      sum(r, x.data(), y.data());
      CHECK(same_bits(y.data(), first.data(), results(r)));
    }
  }
}

TEST_CASE("sums of integers and bytes are 64 bits wide, and so are products") {
  const std::int32_t big[16 + 16] = {2'000'000'000, 2'000'000'000, 3};
  std::int64_t y = 0;
  sum({1, 3, 1}, big, &y);
  CHECK(y == 4'000'000'003);
  prod({1, 3, 1}, big, &y);
  CHECK(y == -6'446'744'073'709'551'616);  // 12e18 wrapped around
  const auto bytes = random_values<std::uint8_t>(5000, 3);
  sum({1, 5000, 1}, bytes.data(), &y);
  CHECK(y == std::accumulate(bytes.begin(), bytes.begin() + 5000, std::int64_t{0}));
  std::int64_t columns[5];
  sum({1, 1000, 5}, bytes.data(), columns);
  CHECK(columns[0] + columns[1] + columns[2] + columns[3] + columns[4] == y);
}

TEMPLATE_TEST_CASE("prod multiplies all", "", float, double) {
  for (const Reduction& r : {Reduction{2, 9, 1}, {1, 9, 5}, {1, 100, 3}, {1, 2000, 1}}) {
    auto x = values<TestType>(r, 4);
    for (auto& e : x) e = 1 + e / 100;
    auto y = padded<TestType>(results(r));
    prod(r, x.data(), y.data());
    for_columns(r, x, [&](std::size_t at, const std::vector<TestType>& column) {
      CHECK(y[at] == Approx(std::accumulate(column.begin(), column.end(), TestType(1), std::multiplies<>())).epsilon(1e-4));
    });
  }
}

TEMPLATE_TEST_CASE("max, min and their first positions", "", float, double, std::int32_t, std::int64_t, std::uint8_t) {
  for (const Reduction& r : kForms) {
    INFO("[" << r.outer << ", " << r.n << ", " << r.inner << "]");
    auto x = values<TestType>(r, 5);
    if (r.n < 100)
      for (auto& e : x)
        if constexpr (std::is_floating_point_v<TestType>) e = std::round(e * 2);  // ties
    auto greatest = padded<TestType>(results(r)), least = greatest;
    auto first_greatest = padded<std::int64_t>(results(r)), first_least = first_greatest;
    max(r, x.data(), greatest.data());
    min(r, x.data(), least.data());
    argmax(r, x.data(), first_greatest.data());
    argmin(r, x.data(), first_least.data());
    bool right = true;
    for_columns(r, x, [&](std::size_t at, const std::vector<TestType>& column) {
      const auto top = std::max_element(column.begin(), column.end()), bottom = std::min_element(column.begin(), column.end());
      right &= greatest[at] == *top && least[at] == *bottom;
      right &= first_greatest[at] == top - column.begin() && first_least[at] == bottom - column.begin();
    });
    CHECK(right);
  }
}

TEMPLATE_TEST_CASE("a NaN anywhere makes max and min NaN, and the first one is the position", "", float, double) {
  for (const Index n : {2, 16, 17, 70, 5000, 40'000})
    for (const Index inner : {1, 3}) {
      const Reduction r{1, n, inner};
      for (const Index place : {Index{0}, n / 2, n - 1}) {
        auto x = values<TestType>(r, 6);
        x[static_cast<std::size_t>(place * inner)] = std::numeric_limits<TestType>::quiet_NaN();
        x[static_cast<std::size_t>((n - 1) * inner)] = std::numeric_limits<TestType>::quiet_NaN();
        auto y = padded<TestType>(inner);
        auto position = padded<std::int64_t>(inner);
        max(r, x.data(), y.data());
        CHECK(std::isnan(y[0]));
        min(r, x.data(), y.data());
        CHECK(std::isnan(y[0]));
        if (inner > 1) CHECK_FALSE(std::isnan(y[1]));
        argmax(r, x.data(), position.data());
        CHECK(position[0] == place);
        argmin(r, x.data(), position.data());
        CHECK(position[0] == place);
      }
    }
}

TEMPLATE_TEST_CASE("infinities of both signs are no NaN", "", float, double) {
  constexpr TestType inf = std::numeric_limits<TestType>::infinity();
  for (const Index n : {2, 17, 70, 5000}) {
    const Reduction r{1, n, 1};
    auto x = values<TestType>(r, 6);
    x[0] = -inf;
    x[static_cast<std::size_t>(n - 1)] = inf;
    TestType y = 0;
    max(r, x.data(), &y);
    CHECK(y == inf);
    min(r, x.data(), &y);
    CHECK(y == -inf);
  }
}

TEST_CASE("max of -inf is -inf, of integers' ends their ends") {
  const double x[3 + 8] = {-INFINITY, -INFINITY, -INFINITY};
  double y = 0;
  std::int64_t at = -1;
  max({1, 3, 1}, x, &y);
  argmax({1, 3, 1}, x, &at);
  CHECK(y == -INFINITY);
  CHECK(at == 0);
}

TEST_CASE("any, all and count") {
  const std::uint8_t x[6 + 64] = {0, 1, 0, 0, 2, 1};
  std::uint8_t y[3];
  std::int64_t n[3];
  any({1, 2, 3}, x, y);
  CHECK((y[0] == 0 && y[1] == 1 && y[2] == 1));
  all({1, 2, 3}, x, y);
  CHECK((y[0] == 0 && y[1] == 1 && y[2] == 0));
  count({2, 3, 1}, x, n);
  CHECK((n[0] == 1 && n[1] == 2));
  any({2, 0, 1}, x, y);
  CHECK((y[0] == 0 && y[1] == 0));
  all({2, 0, 1}, x, y);
  CHECK((y[0] == 1 && y[1] == 1));
}

TEST_CASE("nothing adds up to 0 and multiplies to 1") {
  const float x[16] = {};
  float y[6] = {9, 9, 9, 9, 9, 9};
  sum({2, 0, 3}, x, y);
  CHECK(y[5] == 0);
  prod({2, 0, 3}, x, y);
  CHECK(y[0] == 1);
  sum({0, 4, 3}, x, y);
  CHECK(y[0] == 1);
}
