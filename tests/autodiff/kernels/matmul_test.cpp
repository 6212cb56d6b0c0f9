#include <descent/autodiff/kernels/matmul.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/tests/autodiff/kernels/support.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;
using namespace descent::test;

namespace {

template <class T> std::vector<T> transposed(const std::vector<T>& x, Index rows, Index columns) {
  auto y = padded<T>(rows * columns);
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j) y[static_cast<std::size_t>(j * rows + i)] = x[static_cast<std::size_t>(i * columns + j)];
  return y;
}

/// m, n, k: around the edges of tiles, strips, blocks of k and panels, and the shapes of networks.
const Product kForms[] = {{1, 1, 1},       {1, 1, 7},       {4, 8, 2},       {2, 1, 8},       {3, 5, 4},      {6, 64, 3},
                          {7, 65, 17},     {13, 63, 100},   {12, 16, 33},    {5, 129, 1},     {31, 48, 512},  {33, 17, 513},
                          {128, 10, 128},  {10, 128, 1100}, {1, 300, 784},   {300, 1, 784},   {100, 1, 2000}, {128, 256, 784},
                          {200, 260, 300}, {700, 30, 40},   {25, 1030, 300}, {260, 300, 400}, {40, 10, 9000}, {100, 300, 5000}};

template <class T> std::vector<T> product(Product p, const std::vector<T>& a, const std::vector<T>& b) {
  auto c = padded<T>(p.m * p.n);
  std::fill(c.begin(), c.begin() + p.m * p.n, std::numeric_limits<T>::quiet_NaN());  // must not matter
  matmul(p, a.data(), b.data(), c.data());
  return c;
}

}  // namespace

TEMPLATE_TEST_CASE("matmul against three loops in long double", "", float, double) {
  for (const Product& p : kForms) {
    INFO("[" << p.m << ", " << p.k << "] [" << p.k << ", " << p.n << "]");
    const auto a = random_values<TestType>(p.m * p.k, 1), b = random_values<TestType>(p.k * p.n, 2);
    const auto c = product(p, a, b);
    bool right = true;
    std::mt19937 bits(3);
    for (Index trial = 0; trial < std::min<Index>(p.m * p.n, 3000); ++trial) {
      const Index at = p.m * p.n <= 3000 ? trial : static_cast<Index>(bits()) % (p.m * p.n);
      long double exact = 0, size = 0;
      for (Index q = 0; q < p.k; ++q) {
        const long double term =
            static_cast<long double>(a[static_cast<std::size_t>(at / p.n * p.k + q)]) * b[static_cast<std::size_t>(q * p.n + at % p.n)];
        exact += term, size += std::abs(term);
      }
      // The chain's bound is k eps sum|ab|; random signs stay far below it.
      right &= std::abs(c[static_cast<std::size_t>(at)] - exact) <=
               std::sqrt(static_cast<long double>(p.k) + 16) * std::numeric_limits<TestType>::epsilon() * size;
    }
    CHECK(right);
  }
}

TEMPLATE_TEST_CASE("neither transposes, nor threads, nor the rows beside it change an element's bits", "", float, double) {
  for (const Product& p : kForms) {
    INFO("[" << p.m << ", " << p.k << "] [" << p.k << ", " << p.n << "]");
    const auto a = random_values<TestType>(p.m * p.k, 1), b = random_values<TestType>(p.k * p.n, 2);
    const auto at = transposed(a, p.m, p.k), bt = transposed(b, p.k, p.n);
    std::vector<TestType> first;
    for (const int n : {1, 2, 3, 7}) {
      const auto some = set_threads(n);
      for (const auto& [transpose_a, transpose_b] : {std::pair{false, false}, {false, true}, {true, false}, {true, true}}) {
        const auto c = product({p.m, p.n, p.k, transpose_a, transpose_b}, transpose_a ? at : a, transpose_b ? bt : b);
        if (first.empty()) first = c;
        CHECK(same_bits(c.data(), first.data(), p.m * p.n));
      }
    }
    const auto row = product({1, p.n, p.k}, std::vector<TestType>(a.begin() + (p.m - 1) * p.k, a.end()), b);
    CHECK(same_bits(row.data(), first.data() + (p.m - 1) * p.n, p.n));
  }
}

TEMPLATE_TEST_CASE("nothing is written beside c, and leading dimensions are honoured", "", float, double) {
  const Index m = 20, n = 37, k = 11, lda = 15, ldb = 41, ldc = 50;
  const auto a = random_values<TestType>(m * lda, 1), b = random_values<TestType>(k * ldb, 2);
  std::vector<TestType> c(static_cast<std::size_t>(m * ldc), TestType(42));
  matmul(Product{m, n, k, false, false, lda, ldb, ldc}, a.data(), b.data(), c.data());
  bool right = true;
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < ldc; ++j) {
      TestType exact = 0;
      for (Index q = 0; q < k; ++q)
        exact += a[static_cast<std::size_t>(i * lda + q)] * (j < n ? b[static_cast<std::size_t>(q * ldb + j)] : 0);
      const TestType got = c[static_cast<std::size_t>(i * ldc + j)];
      right &= j < n ? std::abs(got - exact) < 1e-5 : got == 42;
    }
  CHECK(right);
}

TEST_CASE("without terms a product is zero, without rows it is nothing") {
  float c[6] = {NAN, NAN, NAN, NAN, NAN, 7};
  const float none[16] = {};
  matmul(Product{5, 1, 0}, none, none, c);
  CHECK((c[0] == 0 && c[4] == 0 && c[5] == 7));
  matmul(Product{0, 1, 3}, none, none, c + 5);
  matmul(Product{1, 0, 3}, none, none, c + 5);
  CHECK(c[5] == 7);
}

TEST_CASE("NaN and infinity in the operands reach their rows and columns only") {
  auto a = random_values<float>(40 * 30, 1), b = random_values<float>(30 * 70, 2);
  a[5 * 30 + 3] = NAN;
  const auto c = product({40, 70, 30}, a, b);
  bool right = true;
  for (std::size_t i = 0; i < 40 * 70; ++i) right &= std::isnan(c[i]) == (i / 70 == 5);
  CHECK(right);
}

TEMPLATE_TEST_CASE("a batch has the bits of its products, also with an operand repeated", "", float, double) {
  const auto some = set_threads(3);
  for (const Product& p : {Product{3, 4, 5}, {4, 8, 2}, {20, 30, 40}, {1, 1, 9}, {70, 65, 300}}) {
    const Index count = 17;
    const auto a = random_values<TestType>(count * p.m * p.k, 1), b = random_values<TestType>(count * p.k * p.n, 2);
    for (const Index repeat : {0, 1}) {
      const BatchStrides strides{p.m * p.k, repeat * p.k * p.n, p.m * p.n};
      auto c = padded<TestType>(count * p.m * p.n), one = padded<TestType>(p.m * p.n);
      matmul_batched(p, count, strides, a.data(), b.data(), c.data());
      bool same = true;
      for (Index i = 0; i < count; ++i) {
        matmul(p, a.data() + i * strides.a, b.data() + i * strides.b, one.data());
        same &= same_bits(one.data(), c.data() + i * strides.c, p.m * p.n);
      }
      CHECK(same);
    }
  }
}

TEST_CASE("products called from several threads at once have the same bits") {
  const Product p{48, 70, 600};
  const auto a = random_values<float>(p.m * p.k, 1), b = random_values<float>(p.k * p.n, 2);
  const auto bt = transposed(b, p.k, p.n);
  const auto expected = product(p, a, b);
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> team;
  for (std::size_t i = 0; i < wrong.size(); ++i)
    team.emplace_back([&, i] {
      for (int repeat = 0; repeat < 100; ++repeat) {
        const auto c = repeat % 2 == 0 ? product(p, a, b) : product({p.m, p.n, p.k, false, true}, a, bt);
        wrong[i] += !same_bits(c.data(), expected.data(), p.m * p.n);
      }
    });
  for (auto& thread : team) thread.join();
  CHECK(wrong == std::vector<int>(4, 0));
}
