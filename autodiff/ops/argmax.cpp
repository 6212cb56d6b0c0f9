// argmax, argmin: positions, so without derivative; max_with_index, min_with_index: the elements at those positions. The first
// of equal elements counts, and so does the first NaN; it alone gets the cotangent.
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct OneAxis {
  Index axis = 0;
  bool keep_axes = false;
};

Shape without_axis(const char* who, const OneAxis& p, const Shape& x) {
  const int axis = checked_axis(who, p.axis, x.rank());
  const Shape result = p.keep_axes ? x.with(axis, 1) : x.without(axis);
  if (x.numel() == 0 && result.numel() != 0)
    throw ShapeError(std::string(who) + ": axis " + std::to_string(axis) + " of " + to_string(x) +
                     " holds no element; it needs at least one");
  return result;
}

/// The positions along the axis, whose place in the result has the shape given.
template <bool greatest> Tensor positions_of(const Tensor& x, int axis, const Shape& shape) {
  Tensor result = raw::make(shape, i64);
  if (shape.numel() == 0) return result;
  raw::visit_stored(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    (greatest ? kernels::argmax<T> : kernels::argmin<T>)(raw::around(x.shape(), axis), raw::read<T>(x), raw::write<std::int64_t>(result));
  });
  return result;
}

Samples one_axis_samples() {
  return {with(OneAxis{}, {uniform({3, 4}, -2, 2)}), with(OneAxis{-1, true}, {uniform({2, 3, 4}, -2, 2)}),
          with(OneAxis{}, {uniform({5}, -2, 2)}),
          kink(with(OneAxis{}, {values({2, 2, 1})}), "an index has no derivative; of ties the first is taken")};
}

template <bool greatest> struct ArgExtremum : General<ArgExtremum<greatest>> {
  static constexpr std::string_view name = greatest ? "argmax" : "argmin";
  static constexpr bool differentiable = false;
  using Params = OneAxis;
  static Shape shape(const Params& p, const Shape& x) { return without_axis(name.data(), p, x); }
  static Dtype dtype(const Params&, Dtype) { return i64; }
  static Tensor forward(const Params& p, const Tensor& x) {
    return positions_of<greatest>(x, checked_axis(name.data(), p.axis, x.rank()), shape(p, x.shape()));
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch(name.data(), p, like[0].shape.rank());
  }
  static Samples samples() { return one_axis_samples(); }
};

template <bool greatest> struct ExtremumWithIndex : GeneralList<ExtremumWithIndex<greatest>, 1, 2> {
  static constexpr std::string_view name = greatest ? "max_with_index" : "min_with_index";
  static constexpr Keep keep = keep::output;
  using Params = OneAxis;
  static void infer(const Params& p, std::span<const Abstract> in, std::span<Abstract> out) {
    const Shape shape = without_axis(name.data(), p, in[0].shape);
    out[0] = {shape, in[0].dtype};
    out[1] = {shape, i64};
  }
  static void forward(const Params& p, std::span<Tensor> in, std::span<Tensor> out) {
    const Tensor x = std::move(in[0]);
    const int axis = checked_axis(name.data(), p.axis, x.rank());
    const Shape shape = without_axis(name.data(), p, x.shape());
    out[0] = raw::make(shape, x.dtype());
    out[1] = positions_of<greatest>(x, axis, shape);
    if (shape.numel() == 0) return;
    const kernels::Reduction form = raw::around(x.shape(), axis);
    const auto* at = raw::read<std::int64_t>(out[1]);
    raw::visit_stored(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T* from = raw::read<T>(x);
      T* to = raw::write<T>(out[0]);
      for (Index o = 0; o < form.outer; ++o)
        for (Index i = 0; i < form.inner; ++i) to[o * form.inner + i] = from[(o * form.n + at[o * form.inner + i]) * form.inner + i];
    });
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if (!wanted[0] || ct[0].absent()) return;
    const Params& p = *static_cast<const Params*>(call.params);
    const Shape& x = call.like[0]->shape;
    const int axis = checked_axis(name.data(), p.axis, x.rank());
    const Shape kept = x.with(axis, 1);
    out[0] = scatter_sum(reshape(ct[0], kept), reshape(call.out[1], kept), x[axis], axis);
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch(name.data(), p, like[0].shape.rank());
  }
  static Samples samples() { return one_axis_samples(); }
};

ValuesAndIndices with_index(const Op& op, Arg x, Index axis, KeepAxes keep) {
  const OneAxis params{axis, keep == KeepAxes::yes};
  const std::source_location where = x.where();
  Tensor in[] = {x.take()};
  Tensor out[2];
  execute(op, &params, in, out, where);
  return {std::move(out[0]), std::move(out[1])};
}

Arg flattened(Arg x) {
  const std::source_location where = x.where();
  return {reshape(std::move(x), {-1}), where};
}

}  // namespace

constinit const Op argmax_op = make_op<ArgExtremum<true>>();
Tensor argmax(Arg x, Index axis, KeepAxes keep) { return bind(argmax_op, OneAxis{axis, keep == KeepAxes::yes}, std::move(x)); }
Tensor argmax(Arg x) { return argmax(flattened(std::move(x)), 0); }

constinit const Op argmin_op = make_op<ArgExtremum<false>>();
Tensor argmin(Arg x, Index axis, KeepAxes keep) { return bind(argmin_op, OneAxis{axis, keep == KeepAxes::yes}, std::move(x)); }
Tensor argmin(Arg x) { return argmin(flattened(std::move(x)), 0); }

constinit const Op max_with_index_op = make_op<ExtremumWithIndex<true>>();
ValuesAndIndices max_with_index(Arg x, Index axis, KeepAxes keep) { return with_index(max_with_index_op, std::move(x), axis, keep); }

constinit const Op min_with_index_op = make_op<ExtremumWithIndex<false>>();
ValuesAndIndices min_with_index(Arg x, Index axis, KeepAxes keep) { return with_index(min_with_index_op, std::move(x), axis, keep); }

}  // namespace descent::inline v1
