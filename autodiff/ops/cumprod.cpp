// cumprod: multilinear, so General. The slope of y_j to x_i is the product of x_0 ... x_j without x_i, so with cotangents g
//   dx_i = (x_0 ... x_(i-1)) s_i,   s_i = sum_(j >= i) g_j x_(i+1) ... x_j = g_i + x_(i+1) s_(i+1),
// a product and a recurrence that divide by nothing: right at any number of zeros, and, being made of ops, in all orders.
#include <vector>

#include <descent/autodiff/kernels/scan.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

/// x moved by one along the axis, towards its end or its front, with `fill` where it leaves.   requires: x.size(axis) > 0
Tensor moved_by_one(const Tensor& x, int axis, bool to_front, double fill) {
  const Index n = x.size(axis);
  std::vector<Index> start(static_cast<std::size_t>(x.rank()), 0);
  start[static_cast<std::size_t>(axis)] = to_front ? 1 : 0;
  const Tensor kept = slice(x, start, std::vector<Index>(start.size(), 1), x.shape().with(axis, n - 1));
  const Tensor edge = full(x.shape().with(axis, 1), fill, x.dtype());
  return to_front ? concat({kept, edge}, axis) : concat({edge, kept}, axis);
}

struct Cumprod : General<Cumprod> {
  static constexpr std::string_view name = "cumprod";
  static constexpr Keep keep = keep::inputs | keep::output;
  struct Params {
    Index axis = 0;
    bool reverse = false;
  };
  static Shape shape(const Params& p, const Shape& x) { return checked_axis("cumprod", p.axis, x.rank()), x; }
  static Dtype dtype(const Params&, Dtype x) { return raw::summable(x); }
  static Tensor forward(const Params& p, const Tensor& x) {
    const int axis = checked_axis("cumprod", p.axis, x.rank());
    const Tensor factors = converted(x, raw::summable(x.dtype()));
    Tensor result = raw::make(x.shape(), factors.dtype());
    raw::visit_summable(factors.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::cumprod(raw::around(x.shape(), axis), p.reverse, raw::read<T>(factors), raw::write<T>(result));
    });
    return result;
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    const Params& p = params_of<Params>(call);
    const Tensor& x = call.in[0];
    if (x.numel() == 0) return zeros_like(x);
    const int axis = checked_axis("cumprod", p.axis, x.rank());
    const Tensor rest = absorbing_recurrence(moved_by_one(x, axis, !p.reverse, 0), ct, axis, {.reverse = !p.reverse});
    return absorb(rest, moved_by_one(call.out[0], axis, p.reverse, 1));
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("cumprod", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{0, false}, {uniform({5}, 0.5, 2)}),    with(Params{1, true}, {uniform({2, 4, 3}, -2, 2)}),
            with(Params{-1, false}, {uniform({3, 2}, -2, 2)}), with(Params{0, false}, {values({2, 0, 3, 4})}),
            with(Params{0, false}, {values({2, 0, 0, 3})}),    with(Params{0, true}, {values({0, 0, 0})}),
            with(Params{0, false}, {uniform({1}, -2, 2)})};
  }
};

}  // namespace

constinit const Op cumprod_op = make_op<Cumprod>();
Tensor cumprod(Arg x, Index axis, ScanForm form) { return bind(cumprod_op, Cumprod::Params{axis, form.reverse}, std::move(x)); }

}  // namespace descent::inline v1
