// lu: x[rows] = l u. With the cotangents of l and u in one matrix, that of x[rows] is
// l^-T (strictly lower part of l^T ct_l + upper part of ct_u u^T) u^-T, and its rows go back to where they came from.
// source  de Hoog, Anderssen, Lukas 2011, "Differentiation of matrix functionals using triangular factorization"
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Lu : GeneralList<Lu, 1, 2> {
  static constexpr std::string_view name = "lu";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::output;
  static void infer(std::span<const Abstract> in, std::span<Abstract> out) {
    const Shape& x = in[0].shape;
    raw::check_square("lu", x);
    out[0] = {x, raw::floating(in[0].dtype)};
    out[1] = {x.without(x.rank() - 1), i64};
  }
  static void forward(std::span<Tensor> in, std::span<Tensor> out) {
    const Tensor x = raw::as_floating(std::move(in[0]));
    const Shape shape = x.shape();
    raw::check_square("lu", shape);
    out[0] = raw::make(shape, x.dtype());
    out[1] = raw::make(shape.without(shape.rank() - 1), i64);
    raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::lu(raw::count_of(shape), shape.back(), raw::read<T>(x), raw::write<T>(out[0]), raw::write<std::int64_t>(out[1]));
    });
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if (!wanted[0] || ct[0].absent()) return;
    const Tensor& both = call.out[0];
    const Tensor u = raw::upper_part(both, false);
    const Tensor lower = raw::lower_part(both, true), ct_l = raw::lower_part(ct[0], true), ct_u = raw::upper_part(ct[0], false);
    // l has ones on its diagonal, which the strictly lower part of ct_l + (l - 1)^T ct_l needs no matrix for.
    const Tensor middle = raw::lower_part(ct_l + matmul(lower, ct_l, {.transpose_a = true}), true) +
                          raw::upper_part(matmul(ct_u, u, {.transpose_b = true}), false);
    const Tensor left = triangular_solve(both, middle, {.transpose = true, .unit_diagonal = true});
    const Tensor permuted = transpose(triangular_solve(both, transpose(left), {.upper = true}));
    const Tensor index = broadcast_to(raw::as_column(call.out[1]), both.shape());
    out[0] = scatter_sum(permuted, index, both.shape().back(), both.rank() - 2);
  }
  static Samples samples() {
    return {values({3, 3}, {0.5, 1, -1, 2, 0.5, 1, 1, -1.5, 0.25}), values({2, 2, 2}, {1, 2, 4, 0.5, 3, 1, 1, 2}), values({1, 1}, {2})};
  }
};

}  // namespace

constinit const Op lu_op = make_op<Lu>();
LuFactors lu(Arg x) {
  const std::source_location where = x.where();
  Tensor in[] = {x.take()};
  Tensor out[2];
  execute(lu_op, nullptr, in, out, where);
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace descent::inline v1
