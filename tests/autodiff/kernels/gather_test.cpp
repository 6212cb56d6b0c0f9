#include <descent/autodiff/kernels/gather.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

const Selection kForms[] = {{1, 5, 3, 1}, {1, 5, 9, 4}, {3, 7, 20, 5}, {2, 100, 1000, 33}, {4, 3, 0, 2}, {1, 1, 6, 3}, {50, 10, 7, 1}};

std::vector<std::int64_t> indices(Index count, Index n, unsigned seed) {
  std::mt19937 bits(seed);
  std::vector<std::int64_t> index(static_cast<std::size_t>(count));
  for (auto& i : index) i = static_cast<Index>(bits() % static_cast<unsigned>(2 * n)) - n;
  return index;
}

Index from_front(std::int64_t i, Index n) { return i < 0 ? i + n : i; }

/// Calls f(position in [outer, count, inner], position in [outer, n, inner]) in the order of the former.
template <class F> void for_each(const Selection& s, const std::vector<std::int64_t>& index, bool along, F f) {
  for (Index o = 0; o < s.outer; ++o)
    for (Index c = 0; c < s.count; ++c)
      for (Index i = 0; i < s.inner; ++i) {
        const Index at = (o * s.count + c) * s.inner + i;
        const std::int64_t row = index[static_cast<std::size_t>(along ? at : c)];
        f(static_cast<std::size_t>(at), static_cast<std::size_t>((o * s.n + from_front(row, s.n)) * s.inner + i));
      }
}

}  // namespace

TEMPLATE_TEST_CASE("take_rows and take_along read what the indices say", "", std::uint8_t, float, double) {
  for (const Selection& s : kForms) {
    const auto x = random_values<TestType>(s.outer * s.n * s.inner, 1);
    for (const bool along : {false, true}) {
      const auto index = indices(along ? s.outer * s.count * s.inner : s.count, s.n, 2);
      auto y = padded<TestType>(s.outer * s.count * s.inner);
      CHECK((along ? take_along(s, y.data(), x.data(), index.data(), sizeof(TestType))
                   : take_rows(s, y.data(), x.data(), index.data(), sizeof(TestType))) == -1);
      bool right = true;
      for_each(s, index, along, [&](std::size_t to, std::size_t from) { right &= y[to] == x[from]; });
      CHECK(right);
    }
  }
}

TEMPLATE_TEST_CASE("add_rows and add_along add in the order of the index, duplicates too, on any number of threads", "", float, double,
                   std::int32_t, std::int64_t) {
  for (const Selection& s : kForms) {
    const auto x = random_values<TestType>(s.outer * s.count * s.inner, 1);
    for (const bool along : {false, true}) {
      const auto index = indices(along ? s.outer * s.count * s.inner : s.count, s.n, 2);
      const auto start = random_values<TestType>(s.outer * s.n * s.inner, 3);
      auto expected = start;
      for_each(s, index, along, [&](std::size_t from, std::size_t to) { expected[to] += x[from]; });
      for (const int n : {1, 2, 7}) {
        const auto some = set_threads(n);
        auto y = start;
        CHECK((along ? add_along(s, y.data(), x.data(), index.data()) : add_rows(s, y.data(), x.data(), index.data())) == -1);
        CHECK(same_bits(y.data(), expected.data(), s.outer * s.n * s.inner));
      }
    }
  }
}

TEST_CASE("a bad index is reported by its position, and nothing is written") {
  const Selection s{1, 4, 3, 2};
  const auto x = random_values<float>(8, 1);
  std::vector<float> y(8 + 16, 42), same = y;
  for (const std::int64_t bad : {std::int64_t{4}, std::int64_t{-5}, INT64_MAX, INT64_MIN}) {
    const std::int64_t rows[] = {0, bad, bad};
    CHECK(take_rows(s, y.data(), x.data(), rows, 4) == 1);
    CHECK(add_rows(s, y.data(), x.data(), rows) == 1);
    const std::int64_t all[] = {0, -4, 3, -1, 2, bad};
    CHECK(take_along(s, y.data(), x.data(), all, 4) == 5);
    CHECK(add_along(s, y.data(), x.data(), all) == 5);
    CHECK(y == same);
  }
}
