#include <descent/autodiff/kernels/product_of_others.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

/// Factors about 1, so that products of many stay in range.
template <class T> std::vector<T> factors(Index n) {
  std::vector<T> x = random_values<T>(n, 1);
  for (Index i = 0; i < n; ++i)
    x[static_cast<std::size_t>(i)] = static_cast<T>(1 + 0.01 * static_cast<double>(x[static_cast<std::size_t>(i)]));
  return x;
}

template <class T> std::vector<T> of_others(Index rows, Index n, const std::vector<T>& x) {
  std::vector<T> y = padded<T>(rows * n);
  kernels::product_of_others(rows, n, x.data(), y.data());
  return y;
}

/// The greatest error relative to the quotient of the whole product and the element, in double.
template <class T> double error(Index rows, Index n) {
  const std::vector<T> x = factors<T>(rows * n), y = of_others(rows, n, x);
  double worst = 0;
  for (Index row = 0; row < rows; ++row) {
    double whole = 1;
    for (Index k = 0; k < n; ++k) whole *= static_cast<double>(x[static_cast<std::size_t>(row * n + k)]);
    for (Index k = 0; k < n; ++k) {
      const auto at = static_cast<std::size_t>(row * n + k);
      worst = std::max(worst, std::abs(static_cast<double>(y[at]) * static_cast<double>(x[at]) / whole - 1));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("product_of_others kernels: rows of lengths around a Lane, a block and a chunk") {
  for (const Index n : {1, 2, 7, 8, 9, 15, 16, 17, 33, 1023, 1024, 1025, 16'384, 40'001}) {
    CAPTURE(n);
    CHECK(error<double>(3, n) < static_cast<double>(n + 2) * 1.2e-16);  // half an ulp for each product, and the test's own
    CHECK(error<float>(3, n) < static_cast<double>(n + 2) * 6e-8);
  }
}

TEST_CASE("product_of_others kernels: one zero leaves one product, two leave none") {
  for (const Index n : {5, 100, 5000}) {
    std::vector<double> x(static_cast<std::size_t>(n) + 8, 1.0);
    x[3] = 0;
    x[1] = 7;
    std::vector<double> y = of_others(1, n, x);
    for (Index k = 0; k < n; ++k) REQUIRE(y[static_cast<std::size_t>(k)] == (k == 3 ? 7 : 0));
    x[static_cast<std::size_t>(n) - 1] = 0;
    y = of_others(1, n, x);
    for (Index k = 0; k < n; ++k) REQUIRE(y[static_cast<std::size_t>(k)] == 0);
  }
}

TEST_CASE("product_of_others kernels: the same bits at any thread count") {
  for (const auto& [rows, n] : {std::pair<Index, Index>{500, 37}, {1, 100'000}, {3, 20'000}}) {
    const std::vector<float> x = factors<float>(rows * n);
    const auto run = [&, rows = rows, n = n](int threads) {
      const auto limit = kernels::set_threads(threads);
      return of_others(rows, n, x);
    };
    const std::vector<float> one = run(1);
    for (const int threads : {2, 3, 7}) CHECK(same_bits(run(threads).data(), one.data(), rows * n));
  }
}
