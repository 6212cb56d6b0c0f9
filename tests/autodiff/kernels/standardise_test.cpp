#include <descent/autodiff/kernels/standardise.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

template <class T> struct Results {
  std::vector<T> y, mean, variance, adjoint;
};

/// Of x, and with x's first result and `ct` the adjoint.
template <class T> Results<T> results(const kernels::Reduction& r, T eps, const std::vector<T>& x, const std::vector<T>& ct) {
  const Index all = r.outer * r.n * r.inner, rows = r.outer * r.inner;
  Results<T> to{padded<T>(all), padded<T>(rows), padded<T>(rows), padded<T>(all)};
  kernels::standardise(r, eps, x.data(), to.y.data(), to.mean.data(), to.variance.data());
  std::vector<T> scale = padded<T>(rows);
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) scale[i] = T(1) / std::sqrt(to.variance[i] + eps);
  kernels::standardise_adjoint(r, to.y.data(), scale.data(), ct.data(), to.adjoint.data());
  return to;
}

/// How far they are at most from the formulas in long double; what lies behind the results must be as it was.
template <class T> double error(const kernels::Reduction& r) {
  const Index all = r.outer * r.n * r.inner;
  const std::vector<T> x = random_values<T>(all, 1), ct = random_values<T>(all, 2);
  const Results<T> got = results(r, T(0.5), x, ct);
  long double worst = 0;
  for (Index o = 0; o < r.outer; ++o)
    for (Index i = 0; i < r.inner; ++i) {
      const auto at = [&](Index k) { return static_cast<std::size_t>((o * r.n + k) * r.inner + i); };
      const auto row = static_cast<std::size_t>(o * r.inner + i);
      const long double n = static_cast<long double>(r.n);
      long double mean = 0, variance = 0, sum = 0, along = 0;
      for (Index k = 0; k < r.n; ++k) mean += static_cast<long double>(x[at(k)]) / n;
      for (Index k = 0; k < r.n; ++k) variance += std::pow(static_cast<long double>(x[at(k)]) - mean, 2) / n;
      const long double scale = 1 / std::sqrt(variance + 0.5L);
      const auto y = [&](Index k) { return (static_cast<long double>(x[at(k)]) - mean) * scale; };
      for (Index k = 0; k < r.n; ++k) {
        sum += static_cast<long double>(ct[at(k)]) / n;
        along += static_cast<long double>(ct[at(k)]) * y(k) / n;
      }
      worst = std::max({worst, std::abs(mean - static_cast<long double>(got.mean[row])),
                        std::abs(variance - static_cast<long double>(got.variance[row]))});
      for (Index k = 0; k < r.n; ++k) {
        const long double adjoint = scale * (static_cast<long double>(ct[at(k)]) - sum - y(k) * along);
        worst = std::max({worst, std::abs(y(k) - static_cast<long double>(got.y[at(k)])),
                          std::abs(adjoint - static_cast<long double>(got.adjoint[at(k)]))});
      }
    }
  const std::vector<T> untouched = padded<T>(0);
  for (const std::vector<T>* part : {&got.y, &got.mean, &got.variance, &got.adjoint})
    CHECK(same_bits(part->data() + part->size() - untouched.size(), untouched.data(), static_cast<Index>(untouched.size())));
  return static_cast<double>(worst);
}

}  // namespace

TEST_CASE("standardise kernels: rows and columns of lengths around a Lane, a block and a part") {
  for (const Index n : {1, 7, 8, 9, 15, 16, 17, 33, 1100, 40'000})
    for (const Index inner : {1, 3, 8, 17}) {
      CAPTURE(n, inner);
      CHECK(error<double>({2, n, inner}) < 1e-14);  // numbers below 5, and sums of some hundred in a chain
      CHECK(error<float>({2, n, inner}) < 5e-6);
    }
}

TEST_CASE("standardise kernels: columns that fill several panels") {
  for (const Index n : {1, 3, 4, 70})
    for (const Index inner : {256, 700, 1100}) {
      CAPTURE(n, inner);
      CHECK(error<double>({2, n, inner}) < 1e-14);
      CHECK(error<float>({2, n, inner}) < 5e-6);
    }
}

TEST_CASE("standardise kernels: constants are exactly 0") {
  for (const Index n : {3, 7, 1000, 40'000}) {
    const std::vector<float> x(static_cast<std::size_t>(n) + 16, 12345.678F), ct = random_values<float>(n, 1);
    const Results<float> got = results({1, n, 1}, 1e-12F, x, ct);
    for (Index i = 0; i < n; ++i) REQUIRE(got.y[static_cast<std::size_t>(i)] == 0);
    CHECK(got.variance[0] == 0);
    CHECK(got.mean[0] == 12345.678F);
  }
}

TEST_CASE("standardise kernels: a cotangent of 0 absorbs what is not a number") {
  const std::vector<double> x(24, 7.0), zero(24, 0.0);
  const Results<double> got = results({1, 5, 1}, 0.0, x, zero);
  CHECK(std::isnan(got.y[0]));
  for (std::size_t i = 0; i < 5; ++i) CHECK(got.adjoint[i] == 0);
}

TEST_CASE("standardise kernels: nothing to do") {
  float mean = 7, variance = 7, y = 7;
  kernels::standardise<float>({1, 0, 1}, 0, random_values<float>(0, 1).data(), &y, &mean, &variance);
  CHECK((std::isnan(mean) && std::isnan(variance)));
  kernels::standardise<float>({0, 3, 1}, 0, random_values<float>(0, 1).data(), &y, &mean, &variance);
  kernels::standardise<float>({2, 3, 0}, 0, random_values<float>(0, 1).data(), &y, &mean, &variance);
  kernels::standardise_adjoint<float>({1, 0, 1}, &y, &mean, &y, &y);
  CHECK(y == 7);
}

TEST_CASE("standardise kernels: the same bits at any thread count") {
  for (const kernels::Reduction r : {kernels::Reduction{500, 37, 1}, {3, 50, 300}, {2, 70, 1100}, {1, 100'000, 1}, {1, 5000, 9}}) {
    const Index all = r.outer * r.n * r.inner;
    const std::vector<float> x = random_values<float>(all, 1), ct = random_values<float>(all, 2);
    const auto run = [&](int threads) {
      const auto limit = kernels::set_threads(threads);
      return results(r, 0.5F, x, ct);
    };
    const Results<float> one = run(1);
    for (const int threads : {2, 3, 7}) {
      const Results<float> more = run(threads);
      CHECK(same_bits(more.y.data(), one.y.data(), all));
      CHECK(same_bits(more.mean.data(), one.mean.data(), r.outer * r.inner));
      CHECK(same_bits(more.variance.data(), one.variance.data(), r.outer * r.inner));
      CHECK(same_bits(more.adjoint.data(), one.adjoint.data(), all));
    }
  }
}
