#include <descent/autodiff/kernels/scatter.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

TEMPLATE_TEST_CASE("max_along and min_along keep the extreme of all that come, on any number of threads", "", float, double, std::int32_t,
                   std::int64_t) {
  for (const Selection& s : {Selection{1, 5, 9, 1}, {3, 7, 20, 5}, {2, 100, 1000, 33}, {4, 3, 0, 2}, {50, 10, 7, 1}}) {
    const Index size = s.outer * s.count * s.inner;
    std::mt19937 bits(3);
    std::vector<std::int64_t> index(static_cast<std::size_t>(size));
    for (auto& i : index) i = static_cast<Index>(bits() % static_cast<unsigned>(2 * s.n)) - s.n;
    const auto src = random_values<TestType>(size, 1);
    const auto start = random_values<TestType>(s.outer * s.n * s.inner, 2);
    auto most = start, least = start;
    for (Index e = 0; e < size; ++e) {
      const Index row = index[static_cast<std::size_t>(e)];
      const Index o = e / (s.count * s.inner), i = e % s.inner;
      const auto to = static_cast<std::size_t>((o * s.n + (row < 0 ? row + s.n : row)) * s.inner + i);
      most[to] = std::max(most[to], src[static_cast<std::size_t>(e)]);
      least[to] = std::min(least[to], src[static_cast<std::size_t>(e)]);
    }
    for (const int n : {1, 2, 7}) {
      const auto some = set_threads(n);
      auto y = start;
      CHECK(max_along(s, y.data(), src.data(), index.data()) == -1);
      CHECK(same_bits(y.data(), most.data(), s.outer * s.n * s.inner));
      y = start;
      CHECK(min_along(s, y.data(), src.data(), index.data()) == -1);
      CHECK(same_bits(y.data(), least.data(), s.outer * s.n * s.inner));
    }
  }
}

TEST_CASE("max_along: NaN stays, and a bad index is reported before anything is written") {
  const double src[] = {std::nan(""), 3, 1};
  const std::int64_t index[] = {0, 0, 1}, bad[] = {0, -3, 2};
  double dst[] = {0, 0};
  CHECK(max_along({1, 2, 3, 1}, dst, src, bad) == 1);
  CHECK((dst[0] == 0 && dst[1] == 0));
  CHECK(max_along({1, 2, 3, 1}, dst, src, index) == -1);
  CHECK((std::isnan(dst[0]) && dst[1] == 1));
}
