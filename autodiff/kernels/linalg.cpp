#include <descent/autodiff/kernels/linalg.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

#include <descent/autodiff/kernels/matmul.hpp>
#include <descent/autodiff/kernels/matrices.hpp>

namespace descent::inline v1::kernels {
namespace {

/// The first of the batch with info above 0.
Failure first_failure(const std::vector<int>& infos) {
  const auto bad = std::find_if(infos.begin(), infos.end(), [](int info) { return info > 0; });
  if (bad == infos.end()) return {};
  return {bad - infos.begin(), *bad};
}

template <class T> void symmetrise(Index n, const T* x, T* y) {
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j <= i; ++j) y[i * n + j] = y[j * n + i] = T(0.5) * x[i * n + j] + T(0.5) * x[j * n + i];
}

}  // namespace

template <class T> Failure cholesky(Index batch, Index n, const T* x, T* l) {
  std::vector<int> infos(static_cast<std::size_t>(batch));
  over_batch(batch, n, [&](Index lo, Index hi) {
    for (Index b = lo; b < hi; ++b) {
      T* to = l + b * n * n;
      if (!finite(x + b * n * n, n * n)) {
        fill_nan(to, n * n);
      } else {
        symmetrise(n, x + b * n * n, to);
        if (n > 0) infos[static_cast<std::size_t>(b)] = lapack::potrf('U', static_cast<int>(n), to);  // u^T u by columns is l l^T by rows
      }
      for (Index i = 0; i < n; ++i) std::fill(to + i * n + i + 1, to + (i + 1) * n, T(0));
    }
  });
  return first_failure(infos);
}

template <class T> void triangular_solve(Triangle form, const Systems& s, const T* a, const T* b, T* x) {
  if (s.n == 0 || s.k == 0) return;
  // By columns the memory of a is a^T and that of x is x^T: op(a) x = b is x^T op(a)^T = b^T, solved from the right.
  const char uplo = form.upper ? 'L' : 'U', trans = form.transpose ? 'T' : 'N', diag = form.unit_diagonal ? 'U' : 'N';
  over_batch(s.batch, s.n, [&](Index lo, Index hi) {
    for (Index i = lo; i < hi; ++i) {
      T* to = x + i * s.n * s.k;
      std::copy_n(b + i * s.stride_b * s.n * s.k, s.n * s.k, to);
      lapack::trsm_right(uplo, trans, diag, static_cast<int>(s.k), static_cast<int>(s.n), a + i * s.stride_a * s.n * s.n, to);
    }
  });
}

template <class T> void lu(Index batch, Index n, const T* x, T* lu, std::int64_t* rows) {
  over_batch(batch, n, [&](Index lo, Index hi) {
    std::vector<T> columns = buffer<T>(n * n);
    std::vector<int> pivots = buffer<int>(n);
    for (Index b = lo; b < hi; ++b) {
      std::int64_t* order = rows + b * n;
      std::iota(order, order + n, 0);
      if (!finite(x + b * n * n, n * n)) {
        fill_nan(lu + b * n * n, n * n);
        continue;
      }
      transpose(n, n, x + b * n * n, columns.data());
      if (n > 0) lapack::getrf(static_cast<int>(n), columns.data(), pivots.data());
      transpose(n, n, columns.data(), lu + b * n * n);
      for (Index i = 0; i < n; ++i) std::swap(order[i], order[pivots[static_cast<std::size_t>(i)] - 1]);
    }
  });
}

namespace {

/// The factors of matrices as they lie in memory, which by columns are their transposes.
template <class T> struct Factors {
  Index n;
  std::vector<T> lu;
  std::vector<int> pivots;
  std::vector<int> infos;  ///< above 0: the pivot that is 0; -1: not finite

  Factors(Index count, Index n_, const T* x)
      : n(n_), lu(x, x + count * n_ * n_), pivots(static_cast<std::size_t>(count * n_)), infos(static_cast<std::size_t>(count)) {
    over_batch(count, n, [&](Index lo, Index hi) {
      for (Index i = lo; i < hi; ++i) {
        int& info = infos[static_cast<std::size_t>(i)];
        if (!finite(of(i), n * n)) info = -1;
        else if (n > 0) info = lapack::getrf(static_cast<int>(n), lu.data() + i * n * n, pivots.data() + i * n);
      }
    });
  }
  const T* of(Index i) const { return lu.data() + i * n * n; }
  const int* pivots_of(Index i) const { return pivots.data() + i * n; }
  bool odd(Index i) const {  ///< the rows were exchanged an odd number of times
    bool result = false;
    for (Index r = 0; r < n; ++r) result ^= pivots_of(i)[r] != r + 1;
    return result;
  }
};

/// A product held as fraction * 2^exponent, which neither over- nor underflows.
template <class T> struct WideProduct {
  T fraction = 1;
  long exponent = 0;

  void times(T factor) {
    int e = 0;
    fraction = std::frexp(fraction * factor, &e);
    exponent += e;
  }
  void times_scaled(T factor) {
    int e = 0;
    times(std::frexp(factor, &e));
    exponent += e;
  }
  T value() const { return std::ldexp(fraction, static_cast<int>(std::clamp<long>(exponent, -100000, 100000))); }
};

template <class T> WideProduct<T> product_of_pivots(const Factors<T>& factors, Index i) {
  WideProduct<T> product;
  if (factors.infos[static_cast<std::size_t>(i)] < 0) product.fraction = std::numeric_limits<T>::quiet_NaN();
  for (Index r = 0; r < factors.n && product.fraction != 0 && !std::isnan(product.fraction); ++r)
    product.times_scaled(factors.of(i)[r * factors.n + r]);
  if (product.fraction != 0 && factors.infos[static_cast<std::size_t>(i)] >= 0 && factors.odd(i)) product.fraction = -product.fraction;
  return product;
}

}  // namespace

template <class T> Failure solve(bool transposed, bool quiet, const Systems& s, const T* a, const T* b, T* x) {
  const Factors<T> factors(s.stride_a == 0 ? std::min<Index>(s.batch, 1) : s.batch, s.n, a);
  if (!quiet)
    if (const Failure failure = first_failure(factors.infos); failure.matrix >= 0) return failure;
  if (s.n == 0 || s.k == 0) return {};
  over_batch(s.batch, s.n, [&](Index lo, Index hi) {
    std::vector<T> columns = buffer<T>(s.n * s.k);
    for (Index i = lo; i < hi; ++i) {
      T* to = x + i * s.n * s.k;
      if (factors.infos[static_cast<std::size_t>(i * s.stride_a)] != 0) {
        fill_nan(to, s.n * s.k);
        continue;
      }
      transpose(s.n, s.k, b + i * s.stride_b * s.n * s.k, columns.data());
      lapack::getrs(transposed ? 'N' : 'T', static_cast<int>(s.n), static_cast<int>(s.k), factors.of(i * s.stride_a),
                    factors.pivots_of(i * s.stride_a), columns.data());
      transpose(s.k, s.n, columns.data(), to);
    }
  });
  return {};
}

template <class T> void slogdet(Index batch, Index n, const T* x, T* sign, T* log) {
  const Factors<T> factors(batch, n, x);
  for (Index i = 0; i < batch; ++i) {
    const WideProduct<T> product = product_of_pivots(factors, i);
    const T f = product.fraction;
    sign[i] = f == 0 || std::isnan(f) ? f : std::copysign(T(1), f);
    T sum = 0;  // of logarithms, so that the result has as many digits as they have
    if (f == 0) sum = -std::numeric_limits<T>::infinity();
    else if (std::isnan(f)) sum = f;
    else
      for (Index r = 0; r < n; ++r) sum += std::log(std::abs(factors.of(i)[r * n + r]));
    log[i] = sum;
  }
}

template <class T> void det(Index batch, Index n, const T* x, T* result) {
  const Factors<T> factors(batch, n, x);
  for (Index i = 0; i < batch; ++i) result[i] = product_of_pivots(factors, i).value();
}

namespace {

/// By u diag(products of the other s) vt, times the sign of det(u) det(vt).
template <class T> Failure cofactors_by_svd(Index n, const T* x, T* result) {
  std::vector<T> u = buffer<T>(n * n), s = buffer<T>(n), vt = buffer<T>(n * n);
  if (const Failure failure = svd(1, n, n, x, u.data(), s.data(), vt.data()); failure.matrix >= 0) return failure;
  T sign_u = 0, sign_v = 0;
  det(1, n, u.data(), &sign_u);
  det(1, n, vt.data(), &sign_v);
  const T sign = std::copysign(T(1), sign_u * sign_v);
  std::fill(result, result + n * n, T(0));
  for (Index k = 0; k < n; ++k) {
    WideProduct<T> others;
    for (Index j = 0; j < n; ++j)
      if (j != k) others.times_scaled(s[static_cast<std::size_t>(j)]);
    const T weight = sign * others.value();
    if (weight == 0) continue;
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j)
        result[i * n + j] += weight * u[static_cast<std::size_t>(i * n + k)] * vt[static_cast<std::size_t>(k * n + j)];
  }
  return {};
}

/// Whether the pivots are so uneven that an inverse says little.
template <class T> bool nearly_singular(const Factors<T>& factors, Index i) {
  T least = std::numeric_limits<T>::infinity(), most = 0;
  for (Index r = 0; r < factors.n; ++r) {
    const T pivot = std::abs(factors.of(i)[r * factors.n + r]);
    least = std::min(least, pivot);
    most = std::max(most, pivot);
  }
  return !(least > static_cast<T>(factors.n) * std::numeric_limits<T>::epsilon() * most);
}

}  // namespace

template <class T> Failure cofactors(Index batch, Index n, const T* x, T* result) {
  if (n == 0) return {};
  const Factors<T> factors(batch, n, x);
  std::vector<int> infos(static_cast<std::size_t>(batch));
  over_batch(batch, n, [&](Index lo, Index hi) {
    for (Index b = lo; b < hi; ++b) {
      T* to = result + b * n * n;
      if (factors.infos[static_cast<std::size_t>(b)] < 0) {
        fill_nan(to, n * n);
        continue;
      }
      if (nearly_singular(factors, b)) {
        infos[static_cast<std::size_t>(b)] = static_cast<int>(cofactors_by_svd(n, x + b * n * n, to).at);
        continue;
      }
      const WideProduct<T> product = product_of_pivots(factors, b);
      std::fill(to, to + n * n, T(0));
      for (Index i = 0; i < n; ++i) to[i * n + i] = 1;
      // By columns the factors are of x^T: its inverse by columns is that of x by rows; the transposed inverse is wanted.
      lapack::getrs('T', static_cast<int>(n), static_cast<int>(n), factors.of(b), factors.pivots_of(b), to);
      for (Index i = 0; i < n * n; ++i) {
        WideProduct<T> element = product;
        element.times_scaled(to[i]);
        to[i] = element.value();
      }
    }
  });
  return first_failure(infos);
}

template <class T> void qr(Index batch, Index m, Index n, const T* x, T* q, T* r) {
  if (n == 0) return;
  const auto rows = static_cast<int>(m), columns = static_cast<int>(n);
  T sizes[2] = {};
  lapack::geqrf<T>(rows, columns, nullptr, nullptr, &sizes[0], -1);
  lapack::orgqr<T>(rows, columns, nullptr, nullptr, &sizes[1], -1);
  const auto size = static_cast<int>(std::max(sizes[0], sizes[1]));
  over_batch(batch, m, [&](Index lo, Index hi) {
    std::vector<T> a = buffer<T>(m * n), tau = buffer<T>(n), work = buffer<T>(size);
    for (Index b = lo; b < hi; ++b) {
      T* of_r = r + b * n * n;
      if (!finite(x + b * m * n, m * n)) {
        fill_nan(q + b * m * n, m * n);
        for (Index i = 0; i < n; ++i) {
          std::fill(of_r + i * n, of_r + i * n + i, T(0));
          fill_nan(of_r + i * n + i, n - i);
        }
        continue;
      }
      transpose(m, n, x + b * m * n, a.data());
      lapack::geqrf(rows, columns, a.data(), tau.data(), work.data(), size);
      for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < n; ++j) of_r[i * n + j] = j < i ? T(0) : a[static_cast<std::size_t>(j * m + i)];
      lapack::orgqr(rows, columns, a.data(), tau.data(), work.data(), size);
      transpose(n, m, a.data(), q + b * m * n);
    }
  });
}

template <class T> Failure eigh(Index batch, Index n, const T* x, T* w, T* v) {
  if (n == 0) return {};
  const auto order = static_cast<int>(n);
  T best = 0;
  int best_integers = 0;
  lapack::syevd<T>(order, nullptr, nullptr, &best, -1, &best_integers, -1);
  const Index size = std::max<Index>(static_cast<Index>(best), 1 + 6 * n + 2 * n * n);  // in f32 `best` may have been rounded down
  std::vector<int> infos(static_cast<std::size_t>(batch));
  over_batch(batch, n, [&](Index lo, Index hi) {
    std::vector<T> vectors = buffer<T>(n * n), work = buffer<T>(size);
    std::vector<int> integers = buffer<int>(best_integers);
    for (Index b = lo; b < hi; ++b) {
      if (!finite(x + b * n * n, n * n)) {
        fill_nan(w + b * n, n);
        fill_nan(v + b * n * n, n * n);
        continue;
      }
      symmetrise(n, x + b * n * n, vectors.data());
      infos[static_cast<std::size_t>(b)] =
          lapack::syevd(order, vectors.data(), w + b * n, work.data(), static_cast<int>(size), integers.data(), best_integers);
      for (Index i = 0; i < n; ++i) {  // a vector by columns is a row of this memory
        T* one = vectors.data() + i * n;
        const T* largest = std::max_element(one, one + n, [](T p, T q) { return std::abs(p) < std::abs(q); });
        if (*largest < 0) std::transform(one, one + n, one, [](T element) { return -element; });
      }
      transpose(n, n, vectors.data(), v + b * n * n);
    }
  });
  return first_failure(infos);
}

template <class T> Failure svd(Index batch, Index m, Index n, const T* x, T* u, T* s, T* vt) {
  const Index k = std::min(m, n);
  if (k == 0) return {};
  // By columns the memory of x is x^T = (vt^T) diag(s) u^T, so LAPACK's u is our vt and its vt our u, as they lie.
  const auto rows = static_cast<int>(n), columns = static_cast<int>(m);
  T best = 0;
  int no_integer = 0;
  lapack::gesdd<T>(rows, columns, nullptr, nullptr, nullptr, nullptr, &best, -1, &no_integer);
  const Index size = std::max<Index>(static_cast<Index>(best) + 1, 4 * k * k + 7 * k);
  std::vector<int> infos(static_cast<std::size_t>(batch));
  over_batch(batch, std::max(m, n), [&](Index lo, Index hi) {
    std::vector<T> a = buffer<T>(m * n), work = buffer<T>(size);
    std::vector<int> integers = buffer<int>(8 * k);
    for (Index b = lo; b < hi; ++b) {
      T *of_u = u + b * m * k, *of_vt = vt + b * k * n;
      if (!finite(x + b * m * n, m * n)) {
        fill_nan(of_u, m * k);
        fill_nan(s + b * k, k);
        fill_nan(of_vt, k * n);
        continue;
      }
      std::copy_n(x + b * m * n, m * n, a.data());
      infos[static_cast<std::size_t>(b)] =
          lapack::gesdd(rows, columns, a.data(), s + b * k, of_vt, of_u, work.data(), static_cast<int>(size), integers.data());
      for (Index j = 0; j < k; ++j) {
        T largest = 0;
        for (Index i = 0; i < m; ++i)
          if (std::abs(of_u[i * k + j]) > std::abs(largest)) largest = of_u[i * k + j];
        if (!(largest < 0)) continue;
        for (Index i = 0; i < m; ++i) of_u[i * k + j] = -of_u[i * k + j];
        for (Index i = 0; i < n; ++i) of_vt[j * n + i] = -of_vt[j * n + i];
      }
    }
  });
  return first_failure(infos);
}

template <class T> Failure pinv(Index batch, Index m, Index n, double rtol, const T* x, T* result) {
  const Index k = std::min(m, n);
  std::vector<T> u = buffer<T>(batch * m * k), s = buffer<T>(batch * k), vt = buffer<T>(batch * k * n);
  if (const Failure failure = svd(batch, m, n, x, u.data(), s.data(), vt.data()); failure.matrix >= 0) return failure;
  for (Index b = 0; b < batch; ++b) {
    const T* values = s.data() + b * k;
    for (Index i = 0; i < k; ++i) {
      const T factor = values[i] > static_cast<T>(rtol) * values[0] || std::isnan(values[i]) ? 1 / values[i] : T(0);
      for (Index j = 0; j < n; ++j) vt[static_cast<std::size_t>((b * k + i) * n + j)] *= factor;
    }
  }
  const Product product{.m = n, .n = m, .k = k, .transpose_a = true, .transpose_b = true};
  matmul_batched(product, batch, {k * n, m * k, n * m}, vt.data(), u.data(), result);
  return {};
}

#define DESCENT_LINALG_FOR(T)                                                          \
  template Failure cholesky<T>(Index, Index, const T*, T*);                            \
  template void triangular_solve<T>(Triangle, const Systems&, const T*, const T*, T*); \
  template void lu<T>(Index, Index, const T*, T*, std::int64_t*);                      \
  template Failure solve<T>(bool, bool, const Systems&, const T*, const T*, T*);       \
  template void slogdet<T>(Index, Index, const T*, T*, T*);                            \
  template void det<T>(Index, Index, const T*, T*);                                    \
  template Failure cofactors<T>(Index, Index, const T*, T*);                           \
  template void qr<T>(Index, Index, Index, const T*, T*, T*);                          \
  template Failure eigh<T>(Index, Index, const T*, T*, T*);                            \
  template Failure svd<T>(Index, Index, Index, const T*, T*, T*, T*);                  \
  template Failure pinv<T>(Index, Index, Index, double, const T*, T*);
DESCENT_LINALG_FOR(float)
DESCENT_LINALG_FOR(double)
#undef DESCENT_LINALG_FOR

}  // namespace descent::inline v1::kernels
