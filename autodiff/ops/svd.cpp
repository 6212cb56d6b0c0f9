// svd: x = u diag(s) vt. With a and b the skew parts of u^T ct_u and vt ct_vt^T, and f_ij = 1 / (s_j^2 - s_i^2) off the diagonal,
// the cotangent of x is u (diag(ct_s) + 2 (f a) diag(s) + 2 diag(s) (f b)) vt, and for a high or wide x what lies outside the columns of
// u, or the rows of vt, times 1 / s. Where singular values are equal, or 0, the vectors are not determined: as in eigh only a loss that
// uses them gets NaN or infinities.
// source  Townsend 2016, "Differentiating the singular value decomposition"
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Svd : GeneralList<Svd, 1, 3> {
  static constexpr std::string_view name = "svd";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::output;
  static void infer(std::span<const Abstract> in, std::span<Abstract> out) {
    const Shape& x = in[0].shape;
    raw::check_matrix("svd", x, kernels::kMostRowsOfVectors);
    const Shape front = raw::batch_of(x);
    const Index m = x.back(1), n = x.back(), k = std::min(m, n);
    const Dtype dtype = raw::floating(in[0].dtype);
    out[0] = {raw::of_matrices(front, m, k), dtype};
    out[1] = {front.inserted(front.rank(), k), dtype};
    out[2] = {raw::of_matrices(front, k, n), dtype};
  }
  static void forward(std::span<Tensor> in, std::span<Tensor> out) {
    const Tensor x = raw::as_floating(std::move(in[0]));
    const Shape shape = x.shape();
    const Abstract kind{shape, x.dtype()};
    Abstract results[3];
    infer({&kind, 1}, results);
    for (std::size_t i = 0; i < 3; ++i) out[i] = raw::make(results[i].shape, results[i].dtype);
    const kernels::Failure failure = raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      return kernels::svd(raw::count_of(shape), shape.back(1), shape.back(), raw::read<T>(x), raw::write<T>(out[0]), raw::write<T>(out[1]),
                          raw::write<T>(out[2]));
    });
    raw::check_converged("svd", failure, shape);
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if (!wanted[0] || (ct[0].absent() && ct[1].absent() && ct[2].absent())) return;
    const Tensor &u = call.out[0], &s = call.out[1], &vt = call.out[2];
    const Tensor row = raw::as_row(s), column = raw::as_column(s);
    const Index m = u.shape().back(1), n = vt.shape().back(), k = s.shape().back();
    Tensor inner, outside_u, outside_v;
    if (ct[1].present()) inner = raw::on_diagonal(raw::as_row(ct[1]) + zeros_of(s));
    const Tensor slopes = ct[0].absent() && ct[2].absent() ? Tensor() : raw::off_diagonal(2.0 / ((row - column) * (row + column)));
    if (ct[0].present()) {
      const Tensor along = matmul(u, ct[0], {.transpose_a = true});
      inner = sum_present(std::move(inner), absorb(raw::skew_part(along), slopes) * row);
      if (m > k) outside_u = matmul(absorb(ct[0] - matmul(u, along), 1.0 / row), vt);
    }
    if (ct[2].present()) {
      const Tensor along = matmul(vt, ct[2], {.transpose_b = true});
      inner = sum_present(std::move(inner), column * absorb(raw::skew_part(along), slopes));
      if (n > k) outside_v = matmul(u, absorb(ct[2] - matmul(along, vt, {.transpose_a = true}), 1.0 / column));
    }
    out[0] = sum_present(sum_present(matmul(matmul(u, inner), vt), outside_u), outside_v);
  }
  static Samples samples() {
    return {
        values({3, 3}, {2, 0.5, -1, 1, -1.5, 0.25, 0.5, -0.75, 1.25}),
        uniform({2, 3, 2}, -2, 2),
        uniform({2, 4}, -2, 2),
        values({1, 1}, {-2}),
        kink(values({2, 2, 2}, {1, 0, 0, 1}),
             "equal singular values: their slopes are those of the vectors returned; what uses the vectors themselves is NaN or infinite"),
        kink(values({2, 3, 2}, {0, 0, 0, 0, 0, 0}),
             "a singular value of 0 is a kink, as |x| is at 0: its slope is that of the vectors returned")};
  }

 private:
  /// [..., k, k] of zeros, of s's dtype.
  static Tensor zeros_of(const Tensor& s) { return zeros(s.shape().inserted(s.rank(), s.shape().back()), s.dtype()); }
};

}  // namespace

constinit const Op svd_op = make_op<Svd>();
SvdResult svd(Arg x) {
  const std::source_location where = x.where();
  Tensor in[] = {x.take()};
  Tensor out[3];
  execute(svd_op, nullptr, in, out, where);
  return {std::move(out[0]), std::move(out[1]), std::move(out[2])};
}

}  // namespace descent::inline v1
