#include <descent/autodiff/kernels/sort.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

/// Numbers of which many are equal, and the odd ones.
template <class T> std::vector<T> awkward(Index count, unsigned seed) {
  std::mt19937 bits(seed);
  std::vector<T> x(static_cast<std::size_t>(count));
  for (T& e : x) {
    const auto draw = static_cast<unsigned>(bits());
    if constexpr (std::is_floating_point_v<T>) {
      const T odd[] = {
          std::numeric_limits<T>::quiet_NaN(),  std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity(), T(0), T(-0.0),
          std::numeric_limits<T>::denorm_min(), std::numeric_limits<T>::max()};
      e = draw % 4 == 0 ? odd[draw / 4 % 7] : static_cast<T>(static_cast<int>(draw / 4 % 401) - 200) / 8;
    } else if constexpr (sizeof(T) > 1) {
      e = draw % 16 == 0 ? std::numeric_limits<T>::lowest() : static_cast<T>(static_cast<int>(draw / 16 % 401) - 200);
    } else {
      e = static_cast<T>(draw % 2);
    }
  }
  return x;
}

template <class T> bool comes_before(T a, T b, bool descending) {
  if (a != a) return false;
  return b != b || (descending ? a > b : a < b);
}

}  // namespace

TEMPLATE_TEST_CASE("argsort is the stable order, at every length, count and number of threads", "", float, double, std::int32_t,
                   std::int64_t, std::uint8_t) {
  for (const Reduction& r : {Reduction{1, 1, 1}, {3, 20, 2}, {1, 511, 1}, {2, 513, 3}, {1, 5000, 1}, {40, 300, 1}})
    for (const bool descending : {false, true})
      for (const Index count : {r.n, (r.n + 1) / 2, std::min<Index>(r.n, 3)}) {
        const auto x = awkward<TestType>(r.outer * r.n * r.inner, 7);
        std::vector<std::int64_t> wanted(static_cast<std::size_t>(r.outer * count * r.inner)), order(static_cast<std::size_t>(r.n));
        for (Index o = 0; o < r.outer; ++o)
          for (Index i = 0; i < r.inner; ++i) {
            std::iota(order.begin(), order.end(), std::int64_t{0});
            const auto value = [&](std::int64_t k) { return x[static_cast<std::size_t>((o * r.n + k) * r.inner + i)]; };
            std::stable_sort(order.begin(), order.end(),
                             [&](std::int64_t a, std::int64_t b) { return comes_before(value(a), value(b), descending); });
            for (Index k = 0; k < count; ++k)
              wanted[static_cast<std::size_t>((o * count + k) * r.inner + i)] = order[static_cast<std::size_t>(k)];
          }
        for (const int n : {1, 3}) {
          const auto some = set_threads(n);
          std::vector<std::int64_t> got(wanted.size());
          argsort(r, 0, count, descending, x.data(), got.data());
          CHECK(got == wanted);
        }
      }
}

TEST_CASE("search counts what is less, or not greater, with NaN the greatest") {
  const double nan = std::nan("");
  const double sorted[] = {-1, 0, 0, 3, nan}, values[] = {-2, -1, -0.0, 1, 3, nan};
  std::int64_t at[6];
  search(1, 5, 6, true, false, sorted, values, at);
  CHECK(std::vector<std::int64_t>(at, at + 6) == std::vector<std::int64_t>{0, 0, 1, 3, 3, 4});
  search(1, 5, 6, true, true, sorted, values, at);
  CHECK(std::vector<std::int64_t>(at, at + 6) == std::vector<std::int64_t>{0, 1, 3, 3, 4, 5});
  const double rows[] = {0, 1, 5, 6}, each[] = {1, 6};
  search(2, 2, 1, false, false, rows, each, at);
  CHECK((at[0] == 1 && at[1] == 1));
}
