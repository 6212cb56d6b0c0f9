#include <descent/tests/conformance/table.hpp>

#include <algorithm>
#include <numeric>

#include <descent/autodiff/functions/linear_algebra.hpp>
#include <descent/tests/conformance/forms.hpp>

// The rows of linear algebra. Signs that are free are fixed alike on both sides: LAPACK's in qr; elsewhere only what they cannot change is
// compared.

namespace descent::conformance {
namespace {

using A = const Args&;

Tensor turned(const Tensor& x, bool yes) { return yes ? transpose(x) : x; }

Tensor cholesky_factor(A a) { return turned(cholesky(a.x(0)), a.flag(1, "upper", false)); }
CholeskyForm cholesky_form(A a, std::size_t place) { return {.upper = a.flag(place, "upper", false)}; }

/// A b of a's leading axes and one more is a batch of vectors.
Tensor solved(A a) {
  const Tensor &m = a.x(0), &b = a.x(1);
  if (b.rank() > 1 && b.shape() == m.shape().without(m.rank() - 1)) return squeeze(solve(m, expand_dims(b, -1)), -1);
  return solve(m, b);
}
/// x a = b is a^T x^T = b^T.
Tensor solved_triangular(A a) {
  const bool left = a.flag(3, "left", true);
  const Tensor x =
      triangular_solve(a.x(0), turned(a.x(1), !left),
                       {.upper = a.flag(99, "upper", false), .transpose = !left, .unit_diagonal = a.flag(4, "unitriangular", false)});
  return turned(x, !left);
}
/// The producer has LAPACK's exchanges of rows, one after the other and counted from 1; descent the order that they lead to.
Tensor order_of(const Tensor& exchanges) {
  const auto n = static_cast<std::size_t>(exchanges.size(-1));
  const std::vector<std::int64_t> given = cast(exchanges, i64).to_vector<std::int64_t>();
  std::vector<std::int64_t> order(given.size());
  for (std::size_t first = 0; first < given.size(); first += n) {
    std::iota(order.begin() + static_cast<std::ptrdiff_t>(first), order.begin() + static_cast<std::ptrdiff_t>(first + n), 0);
    for (std::size_t i = 0; i < n; ++i) std::swap(order[first + i], order[first + static_cast<std::size_t>(given[first + i]) - 1]);
  }
  return reshape(from_vector(order), exchanges.shape());
}
Tensor solved_by_lu(A a) {
  const bool left = a.flag(3, "left", true), adjoint = a.flag(4, "adjoint", false);
  return turned(lu_solve({a.x(0), order_of(a.x(1))}, turned(a.x(2), !left), {.transpose = adjoint == left}), !left);
}
Tensors sign_and_log(A a) {
  const auto [sign, log] = slogdet(a.x(0));
  return {sign, log};
}
Tensors q_and_r(A a) {
  const auto [q, r] = qr(a.x(0));
  return {q, r};
}
/// With the sums of the squares of what is left, where the producer gives them: of more rows than columns, by two of its four drivers.
Tensors least_squares(A a) {
  const Tensor &m = a.x(0), &b = a.x(1);
  const Tensor x = lstsq(m, b);
  const std::string driver = a.text(99, "driver", "gelsy");
  if (driver == "gelsy" || m.size(-2) <= m.size(-1)) return {x, zeros({0}, f64)};
  return {x, sum(square(matmul(m, x) - b), -2)};
}
Tensor pseudo_inverse(A a) {
  const Value* rtol = a.find(99, "rtol");
  if (rtol == nullptr) return pinv(a.x(0));
  return pinv(a.x(0), {.rtol = stop_gradient(a.tensor(*rtol)).item<double>()});
}
/// The producer reads one triangle, descent the symmetric part.
Tensor eigenvalues(A a) {
  const bool upper = a.text(1, "UPLO", "L") == "U";
  const Tensor triangle = upper ? triu(a.x(0), 1) : tril(a.x(0), -1);
  return eigvalsh((upper ? triu(a.x(0)) : tril(a.x(0))) + transpose(triangle));
}
/// The axes `dims` of the first operand come last; of the second only the count of elements and axes matters.
Tensor tensor_solved(A a) {
  std::vector<Index> from = a.wholes(2, "dims"), to(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = a.x(0).rank() - static_cast<Index>(from.size() - i);
  const Tensor m = from.empty() ? a.x(0) : moved(a.x(0), from, to);
  return tensorsolve(m, reshape(a.x(1), Shape(m.shape().sizes().first(static_cast<std::size_t>(a.x(1).rank())))));
}

const Row rows[] = {
    {"cholesky", cholesky_factor},
    {"cholesky_inverse", [](A a) { return cholesky_inverse(a.x(0), cholesky_form(a, 1)); }},
    {"cholesky_solve", [](A a) { return cholesky_solve(a.x(1), a.x(0), cholesky_form(a, 2)); }},
    {"linalg.cholesky", cholesky_factor},
    {"linalg.det", [](A a) { return det(a.x(0)); }},
    {"linalg.eigvalsh", eigenvalues},
    {"linalg.inv", [](A a) { return inv(a.x(0)); }},
    {"linalg.lstsq.grad_oriented", least_squares},
    {"linalg.lu_solve", solved_by_lu},
    {"linalg.matrix_power", [](A a) { return matrix_power(a.x(0), a.whole(1, "n", 1)); }},
    {"linalg.multi_dot", [](A a) { return multi_dot(a.list(0)); }},
    {"linalg.pinv", pseudo_inverse},
    {"linalg.qr", q_and_r},
    {"linalg.slogdet", sign_and_log},
    {"linalg.solve", solved},
    {"linalg.solve_triangular", solved_triangular},
    {"linalg.svdvals", [](A a) { return svdvals(a.x(0)); }},
    {"linalg.tensorinv", [](A a) { return tensorinv(a.x(0), a.whole(1, "ind", 2)); }},
    {"linalg.tensorsolve", tensor_solved},
    {"logdet", [](A a) { return logdet(a.x(0)); }},
    {"matrix_exp", [](A a) { return matrix_exp(a.x(0)); }},
};

}  // namespace

std::span<const Row> linalg_rows() { return rows; }

}  // namespace descent::conformance
