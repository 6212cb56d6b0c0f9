// qr: with m = r ct_r^T - ct_q^T q the cotangent of x is (ct_q + q s) r^-T, where s has m's lower triangle in both of its own. The
// primitive works on matrices that are not wider than high; of a wide one the first columns are factored, and the others are q^T of
// them, which are ordinary products.
// source  Walter and Lehmann 2018, "Algorithmic differentiation of linear algebra functions"; Roberts and Roberts 2020, "QR and LQ
//         decomposition matrix backpropagation algorithms", for the wide ones
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Qr : GeneralList<Qr, 1, 2> {
  static constexpr std::string_view name = "qr";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::output;
  static void check(const Shape& x) {
    raw::check_matrix("qr", x, kernels::kMostRowsOfVectors);
    if (x.back(1) < x.back()) throw ShapeError("qr: x is " + to_string(x) + "; the primitive needs as many rows as columns, or more");
  }
  static void infer(std::span<const Abstract> in, std::span<Abstract> out) {
    const Shape& x = in[0].shape;
    check(x);
    out[0] = {x, raw::floating(in[0].dtype)};
    out[1] = {raw::of_matrices(raw::batch_of(x), x.back(), x.back()), out[0].dtype};
  }
  static void forward(std::span<Tensor> in, std::span<Tensor> out) {
    const Tensor x = raw::as_floating(std::move(in[0]));
    const Shape shape = x.shape();
    check(shape);
    out[0] = raw::make(shape, x.dtype());
    out[1] = raw::make(raw::of_matrices(raw::batch_of(shape), shape.back(), shape.back()), x.dtype());
    raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::qr(raw::count_of(shape), shape.back(1), shape.back(), raw::read<T>(x), raw::write<T>(out[0]), raw::write<T>(out[1]));
    });
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if (!wanted[0] || (ct[0].absent() && ct[1].absent())) return;
    const Tensor &q = call.out[0], &r = call.out[1];
    Tensor m;
    if (ct[1].present()) m = matmul(r, ct[1], {.transpose_b = true});
    if (ct[0].present()) m = sum_present(std::move(m), -matmul(ct[0], q, {.transpose_a = true}));
    const Tensor s = raw::lower_part(m, false) + transpose(raw::lower_part(m, true));
    const Tensor inner = sum_present(ct[0], matmul(q, s));
    out[0] = transpose(triangular_solve(r, transpose(inner), {.upper = true}));
  }
  static Samples samples() {
    return {values({3, 3}, {2, 0.5, -1, 1, -1.5, 0.25, 0.5, -0.75, 1.25}), uniform({2, 4, 2}, -2, 2), values({1, 1}, {-2}),
            uniform({3, 1}, 1, 2)};
  }
};

QrFactors factored(Arg x) {
  const std::source_location where = x.where();
  Tensor in[] = {x.take()};
  Tensor out[2];
  execute(qr_op, nullptr, in, out, where);
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace

constinit const Op qr_op = make_op<Qr>();
QrFactors qr(Arg x) {
  const std::source_location where = x.where();
  const Tensor whole = x.take();
  const Shape shape = whole.shape();
  if (shape.rank() < 2 || shape.back() <= shape.back(1)) return factored({whole, where});
  const Index m = shape.back(1), n = shape.back();
  auto [q, r] = factored({raw::part(whole, 0, 0, m), where});
  const Tensor rest = matmul(q, raw::part(whole, 0, m, n - m), {.transpose_a = true});
  return {std::move(q), concat({r, rest}, -1)};
}

}  // namespace descent::inline v1
