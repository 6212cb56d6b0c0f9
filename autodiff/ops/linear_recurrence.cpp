// linear_recurrence: linear in b, multilinear in a, so General. With cotangents ct the adjoint is a recurrence from the other end,
//   g_k = ct_k + a_(k+1) g_(k+1),   db = g,   da_k = g_k y_(k-1),
// which makes all orders of this one op. In it a g of 0 absorbs, so that no NaN leaks from where a cotangent is 0.
#include <vector>

#include <descent/autodiff/kernels/scan.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

/// x one step further on the axis, or one back, and 0 where it leaves.   requires: x.size(axis) > 0
Tensor stepped(const Tensor& x, int axis, bool back) {
  const auto rank = static_cast<std::size_t>(x.rank());
  const std::vector<Index> origin(rank, 0), unit(rank, 1);
  std::vector<Index> one = origin;
  one[static_cast<std::size_t>(axis)] = 1;
  const Shape shape = x.shape();
  return place(slice(x, back ? one : origin, unit, shape.with(axis, shape[axis] - 1)), back ? origin : one, unit, shape);
}

struct LinearRecurrence : GeneralList<LinearRecurrence, 2, 1> {
  static constexpr std::string_view name = "linear_recurrence";
  static constexpr Keep keep = keep::inputs | keep::output;
  struct Params {
    Index axis = 0;
    bool reverse = false;
    bool absorbing = false;  ///< 0 times anything is 0
  };
  static void infer(const Params& p, std::span<const Abstract> in, std::span<Abstract> out) {
    out[0] = {broadcast("linear_recurrence", in[0].shape, in[1].shape), promote(f32, promote(in[0].dtype, in[1].dtype))};
    checked_axis("linear_recurrence", p.axis, out[0].shape.rank());
  }
  static void forward(const Params& p, std::span<Tensor> in, std::span<Tensor> out) {
    const Abstract like[] = {abstract_of(in[0]), abstract_of(in[1])};
    Abstract result[1];
    infer(p, like, result);
    const auto& [shape, dtype] = result[0];
    const int axis = checked_axis("linear_recurrence", p.axis, shape.rank());
    for (Tensor& x : in) {
      x = converted(std::move(x), dtype);
      if (x.shape() != shape) x = raw::broadcasted(x, shape);
    }
    out[0] = raw::make(shape, dtype);
    raw::visit_floating(dtype, [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::linear_recurrence(raw::around(shape, axis), p.reverse, p.absorbing, raw::read<T>(in[0]), raw::read<T>(in[1]),
                                 raw::write<T>(out[0]));
    });
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    const Params& p = *static_cast<const Params*>(call.params);
    const Tensor& y = call.out[0];
    if (y.numel() == 0) return;
    const int axis = checked_axis("linear_recurrence", p.axis, y.rank());
    const Tensor a = broadcast_to(call.in[0], y.shape());
    const Tensor g = absorbing_recurrence(stepped(a, axis, !p.reverse), ct[0], axis, {.reverse = !p.reverse});
    if (wanted[0]) out[0] = sum_to(absorb(g, stepped(y, axis, p.reverse)), *call.like[0]);
    if (wanted[1]) out[1] = sum_to(g, *call.like[1]);
  }
  static void batch(const BatchCall& call, std::span<Tensor> out) {
    const Params& p = *static_cast<const Params*>(call.params);
    const int rank = std::max(call.like[0].shape.rank(), call.like[1].shape.rank());
    const Params behind{behind_batch("linear_recurrence", p.axis, rank), p.reverse, p.absorbing};
    Tensor in[] = {aligned(call, 0, rank), aligned(call, 1, rank)};
    execute(call.op, &behind, in, out, {});
  }
  static Samples samples() {
    return {with(Params{0, false}, {uniform({5}, -1, 1), uniform({5}, -2, 2)}),
            with(Params{1, true}, {uniform({2, 4, 3}, -1, 1), uniform({2, 4, 3}, -2, 2)}),
            with(Params{-1, false}, {uniform({}, -1, 1), uniform({2, 3}, -2, 2)}),
            with(Params{0, false}, {uniform({3, 1}, -1, 1), uniform({2}, -2, 2)}),
            with(Params{0, false, true}, {uniform({4}, -1, 1), uniform({4}, -2, 2)}),
            with(Params{0, false}, {values({2, 0, 0, 3}), values({1, 1, 0, 2})})};
  }
};

}  // namespace

constinit const Op linear_recurrence_op = make_op<LinearRecurrence>();
Tensor linear_recurrence(Arg a, Arg b, Index axis, ScanForm form) {
  return bind(linear_recurrence_op, LinearRecurrence::Params{axis, form.reverse, false}, std::move(a), std::move(b));
}
Tensor absorbing_recurrence(Arg a, Arg b, Index axis, ScanForm form) {
  return bind(linear_recurrence_op, LinearRecurrence::Params{axis, form.reverse, true}, std::move(a), std::move(b));
}

}  // namespace descent::inline v1
