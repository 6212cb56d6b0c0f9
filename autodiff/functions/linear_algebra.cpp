#include <descent/autodiff/functions/linear_algebra.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
namespace {

/// throws ShapeError: not square
Index side_of(const char* who, const Given& x) {
  const Shape shape = x.x.shape();
  if (shape.rank() < 2 || shape.back(0) != shape.back(1))
    throw ShapeError(std::string(who) + ": x is " + to_string(shape) + "; it needs two axes or more, the last two of one size", x.where);
  return shape.back();
}
Dtype floating(const Tensor& x) { return promote(f32, x.dtype()); }

/// f on matrices; a 1-d b is one column.
template <class F> Tensor on_columns(const Given& b, F f) {
  if (b.x.rank() != 1) return f(b.x);
  const Tensor x = f(reshape(b.arg(), {-1, 1}));
  return reshape(x, x.shape().without(x.rank() - 1));
}

}  // namespace

// ---------------------------------------------------------------- inverses and systems

Tensor inv(Arg x) {
  const Given given(std::move(x));
  const Index n = side_of("inv", given);
  return solve(given.arg(), eye(n, -1, floating(given.x)));
}

Tensor lstsq(Arg a, Arg b, PinvOptions options) {
  const Given left(std::move(a));
  const Given right(std::move(b));
  const Shape shape = left.x.shape();
  const Index rows = right.x.rank() == 0 ? -1 : right.x.shape().back(right.x.rank() == 1 ? 0 : 1);
  if (shape.rank() < 2 || rows != shape.back(1))
    throw ShapeError(
        "lstsq: a is " + to_string(shape) + ", b is " + to_string(right.x.shape()) + "; a must be a matrix, and b have as many rows",
        left.where);
  return matmul({pinv(left.arg(), options), left.where}, right.arg());
}

Tensor cholesky_solve(Arg l, Arg b, CholeskyForm form) {
  const Given factor(std::move(l));
  const Given right(std::move(b));
  const Tensor half = triangular_solve(factor.arg(), right.arg(), {.upper = form.upper, .transpose = form.upper});
  return triangular_solve(factor.arg(), {half, factor.where}, {.upper = form.upper, .transpose = !form.upper});
}

Tensor cholesky_inverse(Arg l, CholeskyForm form) {
  const Given factor(std::move(l));
  const Index n = side_of("cholesky_inverse", factor);
  return cholesky_solve(factor.arg(), eye(n, -1, floating(factor.x)), form);
}

Tensor lu_solve(const LuFactors& a, Arg b, LuForm form) {
  const Given right(std::move(b));
  const Tensor& factors = a.factors;
  const Shape rows = a.rows.shape().inserted(a.rows.rank(), 1);  // [..., n, 1]
  return on_columns(right, [&](const Tensor& columns) {
    constexpr bool unit = true;
    if (columns.rank() < 2 || columns.shape().back(1) != rows.back(1))
      throw ShapeError("lu_solve: a is " + to_string(factors.shape()) + ", b is " + to_string(right.x.shape()) +
                           "; b must have as many rows as a (" + std::to_string(rows.back(1)) + ")",
                       right.where);
    const auto reordered = [&](const Tensor& x, const Tensor& order) {
      const Shape all = located(right.where, [&] { return broadcast("lu_solve", rows, x.shape()); });
      return take_along_axis(broadcast_to(x, all), broadcast_to(reshape(order, rows), all), -2);
    };
    if (!form.transpose) {
      const Tensor half = triangular_solve(factors, {reordered(columns, a.rows), right.where}, {.unit_diagonal = unit});
      return triangular_solve(factors, half, {.upper = true});
    }
    const Tensor half = triangular_solve(factors, {columns, right.where}, {.upper = true, .transpose = true});
    const Tensor x = triangular_solve(factors, half, {.transpose = true, .unit_diagonal = unit});
    return reordered(x, argsort(a.rows));
  });
}

Tensor tensorsolve(Arg a, Arg b) {
  const Given left(std::move(a));
  const Given right(std::move(b));
  const Shape shape = left.x.shape(), first = right.x.shape();
  const bool fits = shape.rank() >= first.rank() && std::equal(first.begin(), first.end(), shape.begin());
  const auto sizes = shape.sizes().subspan(static_cast<std::size_t>(fits ? first.rank() : 0));
  const Shape rest(sizes);
  if (!fits || rest.numel() != first.numel())
    throw ShapeError("tensorsolve: a is " + to_string(shape) + ", b is " + to_string(first) +
                         "; a's first axes must be those of b, and the others have as many elements",
                     left.where);
  const Index n = first.numel();
  return reshape(solve({reshape(left.arg(), Shape{n, n}), left.where}, reshape(right.arg(), Shape{n})), rest);
}

Tensor tensorinv(Arg x, Index axes) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  if (axes < 1 || axes >= shape.rank())
    throw ValueError("tensorinv: " + std::to_string(axes) + " first axes of " + to_string(shape) + "; they must be between 1 and " +
                         std::to_string(shape.rank() - 1),
                     given.where);
  const Shape first(shape.sizes().first(static_cast<std::size_t>(axes))), rest(shape.sizes().subspan(static_cast<std::size_t>(axes)));
  if (first.numel() != rest.numel())
    throw ShapeError("tensorinv: x is " + to_string(shape) + "; its first " + std::to_string(axes) + " axes have " +
                         std::to_string(first.numel()) + " elements and the others " + std::to_string(rest.numel()) +
                         ", which must be equal",
                     given.where);
  Shape result = rest;
  for (const Index size : first) result = result.inserted(result.rank(), size);
  return reshape(inv({reshape(given.arg(), Shape{first.numel(), first.numel()}), given.where}), result);
}

// ---------------------------------------------------------------- powers and products

Tensor matrix_power(Arg x, Index n) {
  const Given given(std::move(x));
  const Index side = side_of("matrix_power", given);
  if (n == 0) return broadcast_to(eye(side, -1, floating(given.x)), given.x.shape());
  Tensor square = n < 0 ? inv(given.arg()) : given.x, result;
  for (auto left = static_cast<std::uint64_t>(n < 0 ? -(n + 1) : n - 1) + 1; left > 0; left /= 2) {
    if (left % 2 == 1) result = result.absent() ? square : matmul(result, square);
    if (left > 1) square = matmul(square, square);
  }
  return result;
}

namespace {

/// Where to cut the products i to j, for each i and j: the cheapest of all orders, by dynamic programming over their lengths.
std::vector<std::vector<std::size_t>> cheapest_cuts(const std::vector<Index>& sizes) {
  const std::size_t count = sizes.size() - 1;
  std::vector<std::vector<double>> cost(count, std::vector<double>(count, 0));
  std::vector<std::vector<std::size_t>> cut(count, std::vector<std::size_t>(count, 0));
  for (std::size_t length = 1; length < count; ++length)
    for (std::size_t i = 0; i + length < count; ++i) {
      const std::size_t j = i + length;
      cost[i][j] = std::numeric_limits<double>::infinity();
      for (std::size_t k = i; k < j; ++k) {
        const double flops = static_cast<double>(sizes[i]) * static_cast<double>(sizes[k + 1]) * static_cast<double>(sizes[j + 1]);
        const double whole = cost[i][k] + cost[k + 1][j] + flops;
        if (whole < cost[i][j]) {
          cost[i][j] = whole;
          cut[i][j] = k;
        }
      }
    }
  return cut;
}

}  // namespace

Tensor multi_dot(std::vector<Tensor> xs, std::source_location where) {
  if (xs.empty()) throw ShapeError("multi_dot: there is no matrix; give one or more", where);
  if (xs.size() == 1) return xs[0];
  std::vector<Index> sizes;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const bool end = i == 0 || i + 1 == xs.size();
    const Shape shape = xs[i].shape();
    if (shape.rank() != 2 && !(end && shape.rank() == 1))
      throw ShapeError("multi_dot: operand " + std::to_string(i) + " is " + to_string(shape) +
                           "; all must be matrices, the first and the last may be 1-d",
                       where);
    const Index rows = shape.rank() == 2 ? shape[0] : i == 0 ? 1 : shape[0], columns = shape.rank() == 2 ? shape[1] : i == 0 ? shape[0] : 1;
    if (i > 0 && sizes.back() != rows)
      throw ShapeError("multi_dot: operand " + std::to_string(i) + " is " + to_string(shape) + " and has " + std::to_string(rows) +
                           " rows; the one before it has " + std::to_string(sizes.back()) + " columns",
                       where);
    if (i == 0) sizes.push_back(rows);
    sizes.push_back(columns);
  }
  const auto cut = cheapest_cuts(sizes);
  const std::function<Tensor(std::size_t, std::size_t)> product = [&](std::size_t i, std::size_t j) -> Tensor {
    return i == j ? xs[i] : matmul({product(i, cut[i][j]), where}, {product(cut[i][j] + 1, j), where});
  };
  return product(0, xs.size() - 1);
}

// ---------------------------------------------------------------- spectra

Tensor eigvalsh(Arg x) { return eigh(std::move(x)).values; }
Tensor svdvals(Arg x) { return svd(std::move(x)).s; }

Tensor logdet(Arg x) {
  const auto [sign, log] = slogdet(std::move(x));
  return where(sign < 0.0, std::numeric_limits<double>::quiet_NaN(), log);
}

Tensor matrix_rank(Arg x, PinvOptions options) {
  const Given given(std::move(x));
  const Tensor s = svdvals({stop_gradient(given.arg()), given.where});
  const Shape shape = given.x.shape();
  if (s.shape().back() == 0) return zeros(s.shape().without(s.rank() - 1), i64);
  const double eps = s.dtype() == f64 ? std::numeric_limits<double>::epsilon() : double{std::numeric_limits<float>::epsilon()};
  const double rtol = options.rtol.value_or(static_cast<double>(std::max(shape.back(0), shape.back(1))) * eps);
  return count_nonzero(s > rtol * max(s, -1, keep_axes), -1);
}

Tensor cond(Arg x) {
  const Tensor s = svdvals(std::move(x));
  if (s.shape().back() == 0) return full(s.shape().without(s.rank() - 1), std::numeric_limits<double>::quiet_NaN(), s.dtype());
  return max(s, -1) / min(s, -1);
}

Tensor nuclear_norm(Arg x) { return sum(svdvals(std::move(x)), -1); }

Tensor spectral_norm(Arg x) {
  const Tensor s = svdvals(std::move(x));
  return s.shape().back() == 0 ? sum(s, -1) : max(s, -1);
}

}  // namespace descent::inline v1
