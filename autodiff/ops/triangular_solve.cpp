// triangular_solve: op(a) x = b. The cotangent of b is g = op(a)^-T ct; that of op(a) is -g x^T, cut to the triangle that is read.
// Not bilinear, as it is an inverse in a.
// source  Giles 2008, "Collected matrix derivative results", 2.3.1
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/ops/systems.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct TriangularSolve : GeneralList<TriangularSolve, 2, 1> {
  static constexpr std::string_view name = "triangular_solve";
  static constexpr Keep keep = keep::input(0) | keep::output;
  using Params = TriangularForm;
  static void infer(const Params&, std::span<const Abstract> in, std::span<Abstract> out) {
    out[0] = raw::solution_of("triangular_solve", in[0], in[1]);
  }
  static void forward(const Params& p, std::span<Tensor> in, std::span<Tensor> out) {
    raw::LinearSystems given("triangular_solve", in[0], in[1]);
    raw::visit_floating(given.x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::triangular_solve({p.upper, p.transpose, p.unit_diagonal}, given.form, raw::read<T>(given.a), raw::read<T>(given.b),
                                raw::write<T>(given.x));
    });
    out[0] = std::move(given.x);
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    const Params& p = *static_cast<const Params*>(call.params);
    const Tensor &a = call.in[0], &x = call.out[0];
    const Tensor g = triangular_solve(a, ct[0], {.upper = p.upper, .transpose = !p.transpose, .unit_diagonal = p.unit_diagonal});
    if (wanted[0]) {
      const Tensor whole = p.transpose ? matmul(x, g, {.transpose_b = true}) : matmul(g, x, {.transpose_b = true});
      out[0] = -(p.upper ? raw::upper_part(whole, p.unit_diagonal) : raw::lower_part(whole, p.unit_diagonal));
    }
    if (wanted[1]) out[1] = g;
  }
  static void batch(const BatchCall& call, std::span<Tensor> out) { batch_aligned(call, out); }
  static Samples samples() {
    const SampleInput a = values({3, 3}, {2, 0.5, -1, 1, -1.5, 0.25, 0.5, -0.75, 1.25});
    return {with(Params{}, {a, uniform({3, 2}, -2, 2)}),
            with(Params{.upper = true}, {a, uniform({3, 2}, -2, 2)}),
            with(Params{.transpose = true}, {a, uniform({3, 1}, -2, 2)}),
            with(Params{.upper = true, .transpose = true}, {a, uniform({3, 3}, -2, 2)}),
            with(Params{.unit_diagonal = true}, {a, uniform({2, 3, 2}, -2, 2)}),
            with(Params{.upper = true, .transpose = true, .unit_diagonal = true}, {uniform({2, 2, 2}, -1, 1), uniform({2, 2}, -2, 2)}),
            kink(with(Params{.unit_diagonal = true}, {values({2, 2}, {0, 5, 1, 0}), uniform({2, 1}, -2, 2)}),
                 "the elements that are not read, here the diagonal and what is above it, have slope 0")};
  }
};

}  // namespace

constinit const Op triangular_solve_op = make_op<TriangularSolve>();
Tensor triangular_solve(Arg a, Arg b, TriangularForm form) {
  return raw::bind_system(triangular_solve_op, form, std::move(a), std::move(b));
}

}  // namespace descent::inline v1
