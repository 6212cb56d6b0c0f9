// eigh: with g = v^T ct_v the cotangent of x is v (diag(ct_w) + skew part of g / (w_j - w_i)) v^T. Of g only the skew part counts, as v
// stays orthogonal. Where eigenvalues are equal their vectors are not determined: a loss that uses them gets NaN or infinities there; one
// that uses the values alone has no such term, and absorb keeps a zero cotangent zero.
// source  Giles 2008, "Collected matrix derivative results", 3.1
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Eigh : GeneralList<Eigh, 1, 2> {
  static constexpr std::string_view name = "eigh";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::output;
  static void infer(std::span<const Abstract> in, std::span<Abstract> out) {
    const Shape& x = in[0].shape;
    raw::check_square("eigh", x, kernels::kMostRowsOfVectors);
    out[0] = {x.without(x.rank() - 1), raw::floating(in[0].dtype)};
    out[1] = {x, out[0].dtype};
  }
  static void forward(std::span<Tensor> in, std::span<Tensor> out) {
    const Tensor x = raw::as_floating(std::move(in[0]));
    const Shape shape = x.shape();
    raw::check_square("eigh", shape, kernels::kMostRowsOfVectors);
    out[0] = raw::make(shape.without(shape.rank() - 1), x.dtype());
    out[1] = raw::make(shape, x.dtype());
    const kernels::Failure failure = raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      return kernels::eigh(raw::count_of(shape), shape.back(), raw::read<T>(x), raw::write<T>(out[0]), raw::write<T>(out[1]));
    });
    raw::check_converged("eigh", failure, shape);
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if (!wanted[0] || (ct[0].absent() && ct[1].absent())) return;
    const Tensor &w = call.out[0], &v = call.out[1];
    Tensor inner;
    if (ct[0].present()) inner = raw::on_diagonal(raw::as_row(ct[0]) + zeros_like(v));
    if (ct[1].present()) {
      const Tensor gaps = raw::as_row(w) - raw::as_column(w);
      const Tensor slopes = raw::off_diagonal(reciprocal(gaps));
      inner = sum_present(std::move(inner), absorb(raw::skew_part(matmul(v, ct[1], {.transpose_a = true})), slopes));
    }
    out[0] = matmul(matmul(v, inner), v, {.transpose_b = true});
  }
  static Samples samples() {
    return {values({3, 3}, {2, 0.5, -1, 1, -1.5, 0.25, 0.5, -0.75, 1.25}), values({2, 2, 2}, {1, 2, 4, 0.5, 3, 1, 1, 2}),
            values({1, 1}, {-2}),
            kink(values({2, 2, 2}, {1, 0, 0, 1}),
                 "equal eigenvalues: their slopes are those of the vectors returned; what uses the vectors themselves is NaN or infinite")};
  }
};

}  // namespace

constinit const Op eigh_op = make_op<Eigh>();
EighResult eigh(Arg x) {
  const std::source_location where = x.where();
  Tensor in[] = {x.take()};
  Tensor out[2];
  execute(eigh_op, nullptr, in, out, where);
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace descent::inline v1
