// cummax, cummin: not linear, so General; the elements are picked, so the cotangents go back to the positions they came from.
#include <descent/autodiff/kernels/scan.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct CumulativeParams {
  Index axis = 0;
  bool reverse = false;
};

template <bool greatest> struct CumulativeExtremum : GeneralList<CumulativeExtremum<greatest>, 1, 2> {
  static constexpr std::string_view name = greatest ? "cummax" : "cummin";
  static constexpr Keep keep = keep::output;
  using Params = CumulativeParams;
  static void infer(const Params& p, std::span<const Abstract> in, std::span<Abstract> out) {
    checked_axis(name.data(), p.axis, in[0].shape.rank());
    out[0] = in[0];
    out[1] = {in[0].shape, i64};
  }
  static void forward(const Params& p, std::span<Tensor> in, std::span<Tensor> out) {
    const Tensor x = std::move(in[0]);
    const int axis = checked_axis(name.data(), p.axis, x.rank());
    out[0] = raw::make(x.shape(), x.dtype());
    out[1] = raw::make(x.shape(), i64);
    raw::visit_stored(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      constexpr auto kernel = greatest ? &kernels::cummax<T> : &kernels::cummin<T>;
      kernel(raw::around(x.shape(), axis), p.reverse, raw::read<T>(x), raw::write<T>(out[0]), raw::write<std::int64_t>(out[1]));
    });
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if (!wanted[0] || ct[0].absent()) return;
    const Params& p = *static_cast<const Params*>(call.params);
    const Shape& x = call.like[0]->shape;
    const int axis = checked_axis(name.data(), p.axis, x.rank());
    out[0] = scatter_sum(ct[0], call.out[1], x[axis], axis);
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch(name.data(), p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{0, false}, {uniform({6}, -2, 2)}), with(Params{1, true}, {uniform({2, 4, 3}, -2, 2)}),
            with(Params{-1, false}, {uniform({3, 2}, -2, 2)}),
            kink(with(Params{0, false}, {values({2, 1, 2, 3, 3})}),
                 "of ties the first takes the cotangent, as it is the one whose index is returned")};
  }
};

ValuesAndIndices so_far(const Op& op, Arg x, Index axis, ScanForm form) {
  const CumulativeParams params{axis, form.reverse};
  const std::source_location where = x.where();
  Tensor in[] = {x.take()};
  Tensor out[2];
  execute(op, &params, in, out, where);
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace

constinit const Op cummax_op = make_op<CumulativeExtremum<true>>();
ValuesAndIndices cummax_with_index(Arg x, Index axis, ScanForm form) { return so_far(cummax_op, std::move(x), axis, form); }
Tensor cummax(Arg x, Index axis, ScanForm form) { return so_far(cummax_op, std::move(x), axis, form).values; }

constinit const Op cummin_op = make_op<CumulativeExtremum<false>>();
ValuesAndIndices cummin_with_index(Arg x, Index axis, ScanForm form) { return so_far(cummin_op, std::move(x), axis, form); }
Tensor cummin(Arg x, Index axis, ScanForm form) { return so_far(cummin_op, std::move(x), axis, form).values; }

}  // namespace descent::inline v1
