// solve: op(a) x = b. The cotangent of b is g = op(a)^-T ct; that of op(a) is -g x^T. Not bilinear, as it is an inverse in a.
// source  Giles 2008, "Collected matrix derivative results", 2.3.1
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/ops/systems.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Solve : GeneralList<Solve, 2, 1> {
  static constexpr std::string_view name = "solve";
  static constexpr Keep keep = keep::input(0) | keep::output;
  using Params = SolveForm;
  static void infer(const Params&, std::span<const Abstract> in, std::span<Abstract> out) {
    out[0] = raw::solution_of("solve", in[0], in[1]);
  }
  static void forward(const Params& p, std::span<Tensor> in, std::span<Tensor> out) {
    raw::LinearSystems given("solve", in[0], in[1]);
    const kernels::Failure failure = raw::visit_floating(given.x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      return kernels::solve(p.transpose, p.singular_is_nan, given.form, raw::read<T>(given.a), raw::read<T>(given.b),
                            raw::write<T>(given.x));
    });
    if (failure.matrix >= 0)
      throw ValueError(
          (given.a.rank() == 2 ? std::string("solve: a") : "solve: matrix " + std::to_string(failure.matrix) + " of the batch") +
          " is singular: pivot " + std::to_string(failure.at) + " is 0; pinv and lstsq take such matrices");
    out[0] = std::move(given.x);
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    const Params& p = *static_cast<const Params*>(call.params);
    const Tensor &a = call.in[0], &x = call.out[0];
    const Tensor g = solve(a, ct[0], {.transpose = !p.transpose, .singular_is_nan = p.singular_is_nan});
    if (wanted[0]) out[0] = -(p.transpose ? matmul(x, g, {.transpose_b = true}) : matmul(g, x, {.transpose_b = true}));
    if (wanted[1]) out[1] = g;
  }
  static void batch(const BatchCall& call, std::span<Tensor> out) { batch_aligned(call, out); }
  static Samples samples() {
    const SampleInput a = values({3, 3}, {2, 0.5, -1, 1, -1.5, 0.25, 0.5, -0.75, 1.25});
    return {with(Params{}, {a, uniform({3, 2}, -2, 2)}), with(Params{.transpose = true}, {a, uniform({2, 3, 1}, -2, 2)}),
            with(Params{.singular_is_nan = true}, {values({2, 2, 2}, {0, 2, 1, 0.5, 1, -1, 1, 2}), uniform({2, 2}, -2, 2)}),
            with(Params{}, {uniform({1, 1}, 1, 2), uniform({1, 3}, -2, 2)})};
  }
};

}  // namespace

constinit const Op solve_op = make_op<Solve>();
Tensor solve(Arg a, Arg b, SolveForm form) { return raw::bind_system(solve_op, form, std::move(a), std::move(b)); }

}  // namespace descent::inline v1
