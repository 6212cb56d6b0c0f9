// slogdet: d log |det x| = tr(x^-1 dx), so the cotangent of x is ct x^-T; the sign is piecewise constant.
// source  Giles 2008, "Collected matrix derivative results", 2.2.4
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Slogdet : GeneralList<Slogdet, 1, 2> {
  static constexpr std::string_view name = "slogdet";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::input(0);
  static void infer(std::span<const Abstract> in, std::span<Abstract> out) {
    raw::check_square("slogdet", in[0].shape);
    out[0] = out[1] = {raw::batch_of(in[0].shape), raw::floating(in[0].dtype)};
  }
  static void forward(std::span<Tensor> in, std::span<Tensor> out) {
    const Tensor x = raw::as_floating(std::move(in[0]));
    raw::check_square("slogdet", x.shape());
    for (Tensor& result : out) result = raw::make(raw::batch_of(x.shape()), x.dtype());
    raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::slogdet(raw::count_of(x.shape()), x.shape().back(), raw::read<T>(x), raw::write<T>(out[0]), raw::write<T>(out[1]));
    });
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if (!wanted[0] || ct[1].absent()) return;
    const Tensor& x = call.in[0];
    const Tensor inverse = solve(x, eye(x.shape().back(), -1, x.dtype()), {.transpose = true, .singular_is_nan = true});
    out[0] = raw::as_column(raw::as_column(ct[1])) * inverse;
  }
  static Samples samples() {
    return {values({3, 3}, {2, 0.5, -1, 1, -1.5, 0.25, 0.5, -0.75, 1.25}), values({2, 2, 2}, {0, 2, 1, 0.5, 1, -1, 1, 2}),
            values({1, 1}, {-2})};
  }
};

}  // namespace

constinit const Op slogdet_op = make_op<Slogdet>();
SignAndLog slogdet(Arg x) {
  const std::source_location where = x.where();
  Tensor in[] = {x.take()};
  Tensor out[2];
  execute(slogdet_op, nullptr, in, out, where);
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace descent::inline v1
