#include <descent/tests/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/kernels/softmax.hpp>

using namespace descent;

namespace {

/// Numbers without pattern, with the readable end that kernels want.
template <class T> std::vector<T> input(Index n) {
  std::vector<T> x(static_cast<std::size_t>(n + 64));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(4 * std::sin(1.7 * static_cast<double>(i * i % 1013)));
  return x;
}

/// The softmax by its formula, in double.
template <class T> std::vector<double> by_formula(const kernels::Reduction& r, const std::vector<T>& x) {
  std::vector<double> y(static_cast<std::size_t>(r.outer * r.n * r.inner));
  for (Index o = 0; o < r.outer; ++o)
    for (Index i = 0; i < r.inner; ++i) {
      const auto place = [&](Index k) { return static_cast<std::size_t>((o * r.n + k) * r.inner + i); };
      double total = 0;
      for (Index k = 0; k < r.n; ++k) total += std::exp(static_cast<double>(x[place(k)]));
      for (Index k = 0; k < r.n; ++k) y[place(k)] = std::exp(static_cast<double>(x[place(k)])) / total;
    }
  return y;
}

/// How far the three kernels are from the formula at most: softmax, and the two logarithms.
template <class T> std::pair<double, double> errors(const kernels::Reduction& r) {
  const std::vector<T> x = input<T>(r.outer * r.n * r.inner);
  const std::vector<double> wanted = by_formula(r, x);
  std::vector<T> y(wanted.size()), logs(wanted.size()), totals(static_cast<std::size_t>(r.outer * r.inner));
  kernels::softmax(r, x.data(), y.data());
  kernels::log_softmax(r, x.data(), logs.data());
  kernels::logsumexp(r, x.data(), totals.data());
  double error = 0, log_error = 0;
  for (std::size_t e = 0; e < wanted.size(); ++e) {
    const Index row = static_cast<Index>(e) / (r.n * r.inner) * r.inner + static_cast<Index>(e) % r.inner;
    const double by_total = static_cast<double>(x[e]) - static_cast<double>(totals[static_cast<std::size_t>(row)]);
    error = std::max(error, std::abs(static_cast<double>(y[e]) - wanted[e]));
    log_error =
        std::max({log_error, std::abs(static_cast<double>(logs[e]) - std::log(wanted[e])), std::abs(by_total - std::log(wanted[e]))});
  }
  return {error, log_error};
}

}  // namespace

TEST_CASE("softmax kernels: rows and columns of lengths around a Lane") {
  for (const Index n : {1, 7, 8, 9, 15, 16, 17, 33, 1100})
    for (const Index inner : {1, 3, 8, 17}) {
      CAPTURE(n, inner);
      const auto [in_f64, log_in_f64] = errors<double>({2, n, inner});
      CHECK(in_f64 < 4e-16);  // two roundings of numbers below 1, and exp's two ulp
      CHECK(log_in_f64 < 8e-15);
      const auto [in_f32, log_in_f32] = errors<float>({2, n, inner});
      CHECK(in_f32 < 2.4e-7);
      CHECK(log_in_f32 < 4e-6);
    }
}

TEST_CASE("softmax kernels: columns that fill several panels") {
  for (const Index n : {1, 3, 70})
    for (const Index inner : {256, 700, 1100}) {
      CAPTURE(n, inner);
      const auto [in_f64, log_in_f64] = errors<double>({2, n, inner});
      CHECK(in_f64 < 4e-16);
      CHECK(log_in_f64 < 8e-15);
      const auto [in_f32, log_in_f32] = errors<float>({2, n, inner});
      CHECK(in_f32 < 2.4e-7);
      CHECK(log_in_f32 < 4e-6);
    }
}

TEST_CASE("softmax kernels: nothing to do") {
  double y = 7;
  kernels::softmax<double>({0, 3, 1}, input<double>(0).data(), &y);
  kernels::softmax<double>({2, 0, 1}, input<double>(0).data(), &y);
  kernels::softmax<double>({2, 3, 0}, input<double>(0).data(), &y);
  CHECK(y == 7);
  kernels::logsumexp<double>({1, 0, 1}, input<double>(0).data(), &y);
  CHECK((std::isinf(y) && y < 0));
}

TEST_CASE("softmax kernels: a NaN anywhere makes its row NaN, and no other") {
  const kernels::Reduction r{2, 37, 1};
  for (const Index place : {0, 15, 16, 36}) {
    std::vector<float> x = input<float>(r.outer * r.n);
    x[static_cast<std::size_t>(place)] = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> y(x.size());
    for (const auto kernel : {&kernels::softmax<float>, &kernels::log_softmax<float>}) {
      kernel(r, x.data(), y.data());
      for (Index i = 0; i < r.outer * r.n; ++i) CHECK(std::isnan(y[static_cast<std::size_t>(i)]) == (i < r.n));
    }
    kernels::logsumexp(r, x.data(), y.data());
    CHECK(std::isnan(y[0]));
    CHECK_FALSE(std::isnan(y[1]));
  }
}

TEST_CASE("softmax kernels: the same bits at any thread count") {
  for (const kernels::Reduction r : {kernels::Reduction{500, 37, 1}, kernels::Reduction{3, 50, 300}, kernels::Reduction{2, 70, 1100}}) {
    const std::vector<float> x = input<float>(r.outer * r.n * r.inner);
    const auto run = [&](int threads) {
      const auto limit = kernels::set_threads(threads);
      std::vector<float> y(x.size() - 64);
      kernels::softmax(r, x.data(), y.data());
      return y;
    };
    const std::vector<float> one = run(1);
    for (const int threads : {2, 3, 7}) CHECK(run(threads) == one);
  }
}
