// det, cofactors: the slope of a determinant is the matrix of cofactors, det(x) x^-T, which is a polynomial in the elements and so has
// a value at every matrix, also where x^-1 has none. So has its own derivative: with x = u diag(s) v^T it is that at diag(s), turned,
//   diag(sum_k p_ik g_kk) - p g^T,   g = u^T dx v,   p_ij the product of all s but s_i and s_j, 0 on the diagonal,
// and it is its own adjoint, as a matrix of second derivatives is symmetric. Where x is far from singular the same is written with its
// inverse, so that derivatives of every order are there, also at equal s.
// source  Giles 2008, "Collected matrix derivative results", 2.2.3; Magnus and Neudecker 1988, "Matrix differential calculus", 8.6
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Det : General<Det> {
  static constexpr std::string_view name = "det";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::inputs;
  static Shape shape(const Shape& x) { return raw::check_square("det", x), raw::batch_of(x); }
  static Dtype dtype(Dtype x) { return raw::floating(x); }
  static Tensor forward(const Tensor& given) {
    const Tensor x = converted(given, dtype(given.dtype()));
    Tensor result = raw::make(shape(x.shape()), x.dtype());
    raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::det(result.numel(), x.shape().back(), raw::read<T>(x), raw::write<T>(result));
    });
    return result;
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    return raw::as_column(raw::as_column(ct)) * cofactors(call.in[0]);
  }
  static Samples samples() {
    return {values({3, 3}, {2, 0.5, -1, 1, -1.5, 0.25, 0.5, -0.75, 1.25}), uniform({2, 4, 4}, -1, 1), values({1, 1}, {-2}),
            kink(values({2, 2}, {1, 2, 2, 4}), "singular: the slope is the matrix of cofactors, which needs no inverse"),
            kink(values({3, 3}, {0, 0, 0, 0, 0, 0, 0, 0, 0}), "of rank n - 2 or less: every cofactor is 0")};
  }
};

/// s_(i - by), 1 where there is none.
Tensor shifted(const Tensor& s, Index by) {
  const Index n = s.shape().back();
  const Tensor at = arange(n) - by;
  return where((at < 0) | (at >= n), 1.0, take(s, clamp(at, 0, n - 1), -1));
}

/// The products of all elements but two.   s: [..., n] -> [..., n, n]   requires: n >= 1
Tensor products_of_others(const Tensor& s) {
  const Index n = s.shape().back();
  const Tensor i = raw::places(n, false), j = raw::places(n, true);
  const Tensor before = cumprod(shifted(s, 1), -1), behind = cumprod(shifted(s, -1), -1, {.reverse = true});
  const Tensor inner = cumprod(where(i + 1 < j, raw::as_row(shifted(s, 1)), 1.0), -1);  // s_(i+1) ... s_(j-1)
  const Tensor upper = where(i < j, raw::as_column(before) * inner * raw::as_row(behind), 0.0);
  return upper + transpose(upper);
}

struct Cofactors : General<Cofactors> {
  static constexpr std::string_view name = "cofactors";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::inputs;
  static Shape shape(const Shape& x) { return raw::check_square("cofactors", x, kernels::kMostRowsOfVectors), x; }
  static Dtype dtype(Dtype x) { return raw::floating(x); }
  static Tensor forward(const Tensor& given) {
    const Tensor x = converted(given, dtype(given.dtype()));
    Tensor result = raw::make(shape(x.shape()), x.dtype());
    const kernels::Failure failure = raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      return kernels::cofactors(raw::count_of(x.shape()), x.shape().back(), raw::read<T>(x), raw::write<T>(result));
    });
    raw::check_converged("cofactors", failure, x.shape());
    return result;
  }
  /// The derivative along h. Each of the two ways runs on all matrices, those that are not its own replaced by one that does it no harm.
  static Tensor along(const Tensor& x, const Tensor& h) {
    const Index n = x.shape().back();
    if (n < 2) return zeros_like(h);
    const Tensor s = svd(stop_gradient(x)).s;
    const Tensor regular = raw::as_column(raw::as_column(min(s, -1) > 1e-3 * max(s, -1)));
    const Tensor harmless = raw::on_diagonal(raw::as_row(arange(1, static_cast<double>(n + 1), 1, x.dtype())) + zeros({n, n}, x.dtype()));
    return where(regular, by_inverse(where(regular, x, harmless), h), by_svd(where(regular, harmless, x), h));
  }
  static Tensor by_inverse(const Tensor& x, const Tensor& h) {
    const Tensor inverse = solve(x, eye(x.shape().back(), -1, x.dtype()), {.transpose = true});  // x^-T
    const Tensor along_itself = raw::as_column(raw::as_column(sum(inverse * h, Axes{-2, -1})));
    return raw::as_column(raw::as_column(det(x))) * (along_itself * inverse - matmul(inverse, matmul(h, inverse, {.transpose_a = true})));
  }
  static Tensor by_svd(const Tensor& x, const Tensor& h) {
    const auto [u, s, vt] = svd(x);
    const Tensor g = matmul(matmul(u, h, {.transpose_a = true}), vt, {.transpose_b = true});
    const Tensor p = products_of_others(s);
    const Tensor diagonal = matmul(p, raw::as_column(sum(raw::on_diagonal(g), -1)));
    const Tensor turned = raw::on_diagonal(diagonal + zeros_like(g)) - p * transpose(g);
    const Tensor orientation = stop_gradient(sign(det(u) * det(vt)));
    return raw::as_column(raw::as_column(orientation)) * matmul(matmul(u, turned), vt);
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) { return along(call.in[0], ct); }
  static Tensor jvp(const Call& call, std::span<const Tensor> t) { return along(call.in[0], t[0]); }
  static Samples samples() {
    return {values({3, 3}, {2, 0.5, -1, 1, -1.5, 0.25, 0.5, -0.75, 1.25}),
            uniform({2, 4, 4}, -1, 1),
            values({2, 2, 2}, {1, 2, 3, 1, 0, 1, 1, 0}),
            values({1, 1}, {-2}),
            kink(values({2, 2, 2}, {1, 2, 2, 4, 1, 0, 0, 0}),
                 "singular: the cofactors are polynomials in the elements, and so are their slopes"),
            kink(values({2, 3, 3}, {0, 0, 0, 0, 0, 0, 0, 0, 0}), "of rank n - 3 or less: every slope is 0")};
  }
};

}  // namespace

constinit const Op det_op = make_op<Det>();
Tensor det(Arg x) { return bind(det_op, std::move(x)); }

constinit const Op cofactors_op = make_op<Cofactors>();
Tensor cofactors(Arg x) { return bind(cofactors_op, std::move(x)); }

}  // namespace descent::inline v1
