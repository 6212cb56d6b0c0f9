// sum: linear; its adjoint spreads the cotangent back over the reduced axes.
#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Tensor summed(const Tensor& x, unsigned mask, const Shape& shape) {
  const raw::Reducible ready = raw::reducible(x, mask);
  Tensor result = raw::make(shape, is_floating(x.dtype()) ? x.dtype() : i64);
  raw::visit_stored(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    kernels::sum(ready.form, raw::read<T>(ready.x), raw::write<kernels::Accumulated<T>>(result));
  });
  return result;
}

/// The axes that broadcasting `to` adds or stretches to get to `from`.
unsigned summed_axes(const Shape& from, const Shape& to) {
  unsigned mask = 0;
  for (int axis = 0; axis < from.rank(); ++axis) {
    const int at = axis - (from.rank() - to.rank());
    if (at < 0 || to[at] != from[axis]) mask |= 1U << axis;
  }
  return mask;
}

struct Sum : Linear<Sum> {
  static constexpr std::string_view name = "sum";
  struct Params {
    Axes axes;
    bool keep_axes = false;
  };
  static constexpr bool reduces = true;
  template <class T> static void of_rows(const kernels::Reduction& rows, const T* x, T* y) { kernels::sum(rows, x, y); }
  template <class T> static T add_up(const T* blocks, Index n) { return kernels::sum_of_blocks(blocks, n); }
  static unsigned row_axes(const Params& p, const Abstract& x) { return p.axes.mask("sum", x.shape.rank()); }
  static Shape shape(const Params& p, const Shape& x) { return raw::reduced_shape(x, p.axes.mask("sum", x.rank()), p.keep_axes); }
  static Dtype dtype(const Params&, Dtype x) { return is_floating(x) ? x : i64; }
  static Tensor forward(const Params& p, const Tensor& x) { return summed(x, p.axes.mask("sum", x.rank()), shape(p, x.shape())); }
  static Tensor adjoint(const Params& p, const Abstract& x, const Tensor& ct) {
    if (p.keep_axes || ct.rank() == 0) return broadcast_to(ct, x.shape);
    return broadcast_to(reshape(ct, raw::reduced_shape(x.shape, p.axes.mask("sum", x.shape.rank()), true)), x.shape);
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("sum", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -2, 2)}), with(Params{Axes(0), false}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes{0, 2}, true}, {uniform({2, 3, 4}, -2, 2)}), with(Params{Axes::none(), false}, {uniform({3}, -2, 2)})};
  }
};

// sum_to: sums away the axes that broadcasting added or stretched; its adjoint is broadcasting.
struct SumTo : Linear<SumTo> {
  static constexpr std::string_view name = "sum_to";
  struct Params {
    Shape shape;
    Dtype dtype = f32;
  };
  static constexpr bool reduces = true;
  template <class T> static void of_rows(const kernels::Reduction& rows, const T* x, T* y) { kernels::sum(rows, x, y); }
  template <class T> static T add_up(const T* blocks, Index n) { return kernels::sum_of_blocks(blocks, n); }
  static unsigned row_axes(const Params& p, const Abstract& x) { return summed_axes(x.shape, p.shape); }
  static Shape shape(const Params& p, const Shape& x) {
    if (!broadcasts(p.shape, x) || p.shape.rank() > x.rank() || broadcast("sum_to", p.shape, x) != x)
      throw ShapeError("sum_to: " + to_string(p.shape) + " does not broadcast to " + to_string(x) + ", so " + to_string(x) +
                       " cannot be summed to it");
    return p.shape;
  }
  static Dtype dtype(const Params& p, Dtype) { return p.dtype; }
  static Tensor forward(const Params& p, const Tensor& x) {
    const Shape from = x.shape();
    const Shape to = shape(p, from);
    const unsigned mask = summed_axes(from, to);
    return converted(mask == 0 ? raw::view(x, to) : summed(x, mask, to), p.dtype);
  }
  static Tensor adjoint(const Params&, const Abstract& x, const Tensor& ct) { return broadcast_to(cast(ct, x.dtype), x.shape); }
  static void batch(const BatchCall& call, std::span<Tensor> out) {
    const Params& p = *static_cast<const Params*>(call.params);
    Shape to = p.shape;
    while (to.rank() < call.like[0].shape.rank()) to = to.inserted(0, 1);
    out[0] = reshape(sum_to(call.in[0], {to.inserted(0, call.size), p.dtype}), p.shape.inserted(0, call.size));
  }
  static Samples samples() {
    return {with(Params{Shape{4}, f64}, {uniform({3, 4}, -2, 2)}), with(Params{Shape{3, 1}, f64}, {uniform({2, 3, 4}, -2, 2)}),
            with(Params{Shape{}, f64}, {uniform({3}, -2, 2)}), with(Params{Shape{3}, f64}, {uniform({3}, -2, 2)})};
  }
};

}  // namespace

constinit const Op sum_op = make_op<Sum>();
Tensor sum(Arg x, Axes axes, KeepAxes keep) { return bind(sum_op, Sum::Params{axes, keep == KeepAxes::yes}, std::move(x)); }

constinit const Op sum_to_op = make_op<SumTo>();
Tensor sum_to(Arg x, const Abstract& like) { return bind(sum_to_op, SumTo::Params{like.shape, like.dtype}, std::move(x)); }

}  // namespace descent::inline v1
