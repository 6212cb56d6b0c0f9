#include <descent/autodiff/kernels/linalg.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include <descent/autodiff/kernels/lapack.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;

namespace {

template <class T> std::vector<T> random(Index count, unsigned seed) {
  std::mt19937 bits(seed);
  std::vector<T> x(static_cast<std::size_t>(count));
  for (T& e : x) e = static_cast<T>(static_cast<double>(bits()) / 4294967296.0 - 0.5);
  return x;
}
/// a^T a + 1 in batches.
template <class T> std::vector<T> positive(Index batch, Index n) {
  const std::vector<T> a = random<T>(batch * n * n, 1);
  std::vector<T> x(a.size());
  for (Index b = 0; b < batch; ++b)
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) {
        T sum = i == j ? T(1) : T(0);
        for (Index k = 0; k < n; ++k)
          sum += a[static_cast<std::size_t>((b * n + k) * n + i)] * a[static_cast<std::size_t>((b * n + k) * n + j)];
        x[static_cast<std::size_t>((b * n + i) * n + j)] = sum;
      }
  return x;
}
/// The largest element of |a b - c| for row-major [m, k], [k, n], [m, n].
template <class T> double distance(Index m, Index n, Index k, const T* a, const T* b, const T* c) {
  double worst = 0;
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < n; ++j) {
      double sum = -static_cast<double>(c[i * n + j]);
      for (Index l = 0; l < k; ++l) sum += static_cast<double>(a[i * k + l]) * static_cast<double>(b[l * n + j]);
      worst = std::max(worst, std::abs(sum));
    }
  return worst;
}
template <class T> double tolerance(Index n) { return 32 * static_cast<double>(n) * double{std::numeric_limits<T>::epsilon()}; }

}  // namespace

TEMPLATE_TEST_CASE("linalg: factors multiply to the matrix, at any size", "", float, double) {
  using T = TestType;
  for (const Index n : {Index{1}, Index{2}, Index{7}, Index{65}, Index{130}}) {
    INFO(n);
    const auto size = static_cast<std::size_t>(n * n);
    const std::vector<T> x = random<T>(n * n, 3), p = positive<T>(1, n), one = [&] {
      std::vector<T> identity(size);
      for (Index i = 0; i < n; ++i) identity[static_cast<std::size_t>(i * n + i)] = 1;
      return identity;
    }();
    std::vector<T> l(size), lt(size), y(size), scaled(size), values(static_cast<std::size_t>(n)), u(size), vt(size);
    const auto transposed = [&](const std::vector<T>& from, std::vector<T>& to) {
      for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < n; ++j) to[static_cast<std::size_t>(j * n + i)] = from[static_cast<std::size_t>(i * n + j)];
    };
    REQUIRE(cholesky(1, n, p.data(), l.data()).matrix == -1);
    transposed(l, lt);
    CHECK(distance(n, n, n, l.data(), lt.data(), p.data()) < tolerance<T>(n));

    REQUIRE(solve(false, false, {1, 1, 1, n, n}, p.data(), one.data(), y.data()).matrix == -1);
    CHECK(distance(n, n, n, p.data(), y.data(), one.data()) < tolerance<T>(n));
    triangular_solve({.upper = false}, {1, 1, 1, n, n}, l.data(), one.data(), y.data());
    CHECK(distance(n, n, n, l.data(), y.data(), one.data()) < tolerance<T>(n));

    qr(1, n, n, x.data(), u.data(), y.data());
    CHECK(distance(n, n, n, u.data(), y.data(), x.data()) < tolerance<T>(n));

    REQUIRE(eigh(1, n, p.data(), values.data(), u.data()).matrix == -1);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j)
        scaled[static_cast<std::size_t>(i * n + j)] = u[static_cast<std::size_t>(i * n + j)] * values[static_cast<std::size_t>(j)];
    transposed(u, vt);
    CHECK(distance(n, n, n, scaled.data(), vt.data(), p.data()) < tolerance<T>(n));

    REQUIRE(svd(1, n, n, x.data(), u.data(), values.data(), vt.data()).matrix == -1);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j)
        scaled[static_cast<std::size_t>(i * n + j)] = u[static_cast<std::size_t>(i * n + j)] * values[static_cast<std::size_t>(j)];
    CHECK(distance(n, n, n, scaled.data(), vt.data(), x.data()) < tolerance<T>(n));
  }
}

TEST_CASE("linalg: the rows of lu, and what stopped a routine") {
  const double x[] = {1, 2, 4, 10};
  double factors[4];
  std::int64_t rows[2];
  lu(1, 2, x, factors, rows);
  CHECK((rows[0] == 1 && rows[1] == 0));
  const double batch[] = {4, 0, 0, 4, 1, 2, 2, 1};
  double l[8];
  const Failure failure = cholesky(2, 2, batch, l);
  CHECK((failure.matrix == 1 && failure.at == 2));
  const double singular[] = {1, 2, 2, 4}, b[] = {1, 1};
  double solution[2];
  CHECK(solve(false, false, {1, 1, 1, 2, 1}, singular, b, solution).at == 2);
  CHECK(solve(false, true, {1, 1, 1, 2, 1}, singular, b, solution).matrix == -1);
  CHECK(std::isnan(solution[0]));
}

TEST_CASE("linalg: the same bits at any number of threads") {
  for (const auto& [batch, n] : {std::pair<Index, Index>{300, 8}, {5, 100}, {1, 300}}) {
    const std::vector<double> x = positive<double>(batch, n);
    std::vector<double> first, values(static_cast<std::size_t>(batch * n)), now(x.size());
    for (const int count : {1, 2, 3}) {
      const auto some = set_threads(count);
      eigh(batch, n, x.data(), values.data(), now.data());
      now.insert(now.end(), values.begin(), values.end());
      std::vector<double> inverse(x.size());
      std::vector<double> one(static_cast<std::size_t>(n * n));
      for (Index i = 0; i < n; ++i) one[static_cast<std::size_t>(i * n + i)] = 1;
      solve(false, false, {batch, 1, 0, n, n}, x.data(), one.data(), inverse.data());
      now.insert(now.end(), inverse.begin(), inverse.end());
      if (first.empty()) first = now;
      else CHECK(now == first);
      now.resize(x.size());
    }
  }
}

TEST_CASE("linalg: LAPACK is kept to one thread by regions that overlap in several threads") {
  const std::vector<double> x = positive<double>(1, 200);
  std::vector<double> wanted(x.size());
  cholesky(1, 200, x.data(), wanted.data());
  std::vector<std::vector<double>> found(4, std::vector<double>(x.size()));
  std::vector<std::thread> threads;
  for (std::vector<double>& own : found)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const lapack::OneThread outer;
        const lapack::OneThread inner;
        cholesky(1, 200, x.data(), own.data());
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<double>& own : found) CHECK(own == wanted);
}
