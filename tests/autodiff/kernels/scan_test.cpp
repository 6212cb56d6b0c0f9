#include <descent/autodiff/kernels/scan.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

const Reduction kForms[] = {{1, 7, 1}, {5, 9, 1}, {1, 6, 5}, {3, 4, 70}, {2, 300, 130}, {70, 300, 1}, {2, 1, 3}, {2, 0, 3}};

/// Calls f(position before on the axis or -1, position) down every column.
template <class F> void down_columns(const Reduction& r, bool backwards, F f) {
  for (Index o = 0; o < r.outer; ++o)
    for (Index i = 0; i < r.inner; ++i) {
      Index before = -1;
      for (Index k = 0; k < r.n; ++k) {
        const Index e = (o * r.n + (backwards ? r.n - 1 - k : k)) * r.inner + i;
        f(before, e);
        before = e;
      }
    }
}

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

TEMPLATE_TEST_CASE("cumprod, cummax and linear_recurrence are chains, on any number of threads", "", float, double) {
  for (const Reduction& r : kForms)
    for (const bool backwards : {false, true}) {
      const Index size = r.outer * r.n * r.inner;
      const auto x = random_values<TestType>(size, 1), b = random_values<TestType>(size, 2);
      auto products = x, states = b, best = x;
      std::vector<std::int64_t> places(at(size));
      down_columns(r, backwards, [&](Index before, Index e) {
        places[at(e)] = e / r.inner % r.n;
        if (before < 0) return;
        products[at(e)] = products[at(before)] * x[at(e)];
        states[at(e)] = x[at(e)] * states[at(before)] + b[at(e)];
        if (!(x[at(e)] > best[at(before)])) {
          best[at(e)] = best[at(before)];
          places[at(e)] = places[at(before)];
        }
      });
      for (const int n : {1, 2, 7}) {
        const auto some = set_threads(n);
        auto y = x;
        cumprod(r, backwards, x.data(), y.data());
        CHECK(same_bits(y.data(), products.data(), size));
        linear_recurrence(r, backwards, false, x.data(), b.data(), y.data());
        CHECK(same_bits(y.data(), states.data(), size));
        std::vector<std::int64_t> index(at(size));
        cummax(r, backwards, x.data(), y.data(), index.data());
        CHECK(same_bits(y.data(), best.data(), size));
        CHECK(index == places);
      }
    }
}

TEMPLATE_TEST_CASE("cumsum is right to the last digits", "", float, double) {
  const Index n = 100000;
  std::vector<TestType> x(at(n), TestType(0.1)), y(at(n));
  cumsum({1, n, 1}, false, x.data(), y.data());
  const auto eps = static_cast<double>(std::numeric_limits<TestType>::epsilon());
  double worst = 0;
  for (Index k = 0; k < n; ++k) {
    const long double wanted = static_cast<long double>(x[0]) * static_cast<long double>(k + 1);
    worst = std::max(worst, static_cast<double>(std::abs(static_cast<long double>(y[at(k)]) - wanted) / wanted));
  }
  CHECK(worst <= eps);

  const TestType large = sizeof(TestType) == 4 ? TestType(1e8) : TestType(1e16);
  const std::vector<TestType> far{1, large, 1, -large};
  cumsum({1, 4, 1}, false, far.data(), y.data());
  CHECK(y[3] == 2);
}

TEST_CASE("cumsum: infinities stay, and meet as they do in a sum; integers wrap around") {
  const double inf = std::numeric_limits<double>::infinity();
  const double x[] = {1, inf, 2, -inf, 3};
  double y[5];
  cumsum({1, 5, 1}, false, x, y);
  CHECK(y[0] == 1);
  CHECK(y[1] == inf);
  CHECK(y[2] == inf);
  CHECK(std::isnan(y[3]));
  CHECK(std::isnan(y[4]));
  const std::int64_t whole[] = {INT64_MAX, 1};
  std::int64_t sums[2];
  cumsum({1, 2, 1}, false, whole, sums);
  CHECK(sums[1] == INT64_MIN);
}

TEST_CASE("cummax and cummin keep the first of equal elements and the first NaN") {
  const double nan = std::nan("");
  const double x[] = {2, 1, 2, nan, 5, nan};
  double y[6];
  std::int64_t index[6];
  cummax({1, 6, 1}, false, x, y, index);
  CHECK(std::vector<std::int64_t>(index, index + 6) == std::vector<std::int64_t>{0, 0, 0, 3, 3, 3});
  CHECK((y[2] == 2 && std::isnan(y[3]) && std::isnan(y[4])));
  cummin({1, 3, 1}, true, x, y, index);
  CHECK(std::vector<std::int64_t>(index, index + 3) == std::vector<std::int64_t>{1, 1, 2});
}

TEST_CASE("linear_recurrence: 0 absorbs on both sides, only where asked to") {
  const double inf = std::numeric_limits<double>::infinity();
  const double a[] = {inf, inf, 2, 0}, b[] = {0, 1, inf, 1};
  double y[4];
  linear_recurrence({1, 4, 1}, false, true, a, b, y);
  CHECK((y[0] == 0 && y[1] == 1 && y[2] == inf && y[3] == 1));
  linear_recurrence({1, 4, 1}, false, false, a, b, y);
  CHECK((y[0] == 0 && std::isnan(y[1]) && std::isnan(y[3])));
}
