// standardise: a primitive because, made of others, it takes a pass through memory for each. Not linear, so General. With y the value,
// v the variance, s = 1 / sqrt(v + eps) and n elements to a row, the cotangents c of value, mean and variance give
//   s (c - mean(c) - y mean(c y)),   c / n,   2 c (x - mean) / n = 2 c y / (n s).
// standardise_adjoint is the first of these as a map of y, s and c, linear in c and its own adjoint there; not in y, so General.
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/standardise.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/ops/standardise.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct StandardiseParams {
  Axes axes = -1;
  double eps = 0;
};

struct Standardise : GeneralList<Standardise, 1, 3> {
  static constexpr std::string_view name = "standardise";
  static constexpr Keep keep = keep::output;
  using Params = StandardiseParams;
  static void infer(const Params& p, std::span<const Abstract> in, std::span<Abstract> out) {
    const Dtype dtype = promote(f32, in[0].dtype);
    out[0] = {in[0].shape, dtype};
    out[1] = out[2] = {raw::reduced_shape(in[0].shape, p.axes.mask("standardise", in[0].shape.rank()), true), dtype};
  }
  static void forward(const Params& p, std::span<Tensor> in, std::span<Tensor> out) {
    const Dtype dtype = promote(f32, in[0].dtype());
    const Tensor x = converted(std::move(in[0]), dtype);
    const unsigned mask = p.axes.mask("standardise", x.rank());
    const raw::Reducible ready = raw::reducible(x, mask);
    Tensor value = raw::make(ready.x.shape(), x.dtype());
    out[1] = raw::make(raw::reduced_shape(x.shape(), mask, true), x.dtype());
    out[2] = raw::make(out[1].shape(), x.dtype());
    raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::standardise(ready.form, static_cast<T>(p.eps), raw::read<T>(ready.x), raw::write<T>(value), raw::write<T>(out[1]),
                           raw::write<T>(out[2]));
    });
    out[0] = raw::in_first_order(value, x.shape(), mask);
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    const Tensor& y = call.out[0];
    if (!wanted[0] || y.numel() == 0) return;
    const Params& p = *static_cast<const Params*>(call.params);
    const double n = static_cast<double>(y.numel() / call.out[1].numel());
    if (ct[0].present()) out[0] = standardise_adjoint(y, rsqrt(call.out[2] + p.eps), ct[0], p.axes);
    if (ct[1].present()) out[0] = sum_present(std::move(out[0]), broadcast_to(ct[1] / n, y.shape()));
    if (ct[2].present()) out[0] = sum_present(std::move(out[0]), absorb(ct[2] * (2 / n), y * sqrt(call.out[2] + p.eps)));
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("standardise", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{-1, 1e-5}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes(0), 0.5}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes{0, 2}, 0}, {uniform({2, 3, 2}, -2, 2)}),
            with(Params{Axes(), 1}, {uniform({}, -2, 2)}),
            with(Params{-1, 1}, {values(Shape{2, 3}, {7, 7, 7, -1, 0, 4})}),
            with(Params{-1, 0}, {uniform({2, 37}, -3, 3)})};
  }
};

struct StandardiseAdjoint : General<StandardiseAdjoint, 3> {
  static constexpr std::string_view name = "standardise_adjoint";
  static constexpr Keep keep = keep::inputs;
  struct Params {
    Axes axes = -1;
  };
  static Shape shape(const Params& p, const Shape& y, const Shape& scale, const Shape& ct) {
    const Shape reduced = raw::reduced_shape(y, p.axes.mask("standardise_adjoint", y.rank()), true);
    if (scale != reduced || ct != y)
      throw ShapeError("standardise_adjoint: the scale is " + to_string(scale) + " and the cotangent " + to_string(ct) + " for y " +
                       to_string(y) + "; they must be " + to_string(reduced) + " and " + to_string(y));
    return y;
  }
  static Dtype dtype(const Params&, Dtype y, Dtype scale, Dtype ct) { return promote(f32, promote(y, promote(scale, ct))); }
  static Tensor forward(const Params& p, const Tensor& y, const Tensor& scale, const Tensor& ct) {
    shape(p, y.shape(), scale.shape(), ct.shape());
    const Dtype common = dtype(p, y.dtype(), scale.dtype(), ct.dtype());
    const unsigned mask = p.axes.mask("standardise_adjoint", y.rank());
    const raw::Reducible value = raw::reducible(converted(y, common), mask), cotangent = raw::reducible(converted(ct, common), mask);
    const Tensor times = converted(scale, common);
    Tensor result = raw::make(value.x.shape(), common);
    raw::visit_floating(common, [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::standardise_adjoint(value.form, raw::read<T>(value.x), raw::read<T>(times), raw::read<T>(cotangent.x),
                                   raw::write<T>(result));
    });
    return raw::in_first_order(result, y.shape(), mask);
  }
  template <int i> static Tensor vjp(const Call& call, const Tensor& g) {
    const Axes& axes = params_of<Params>(call).axes;
    const Tensor &y = call.in[0], &scale = call.in[1], &ct = call.in[2];
    if (y.numel() == 0) return zeros_like(call.in[i]);
    const auto mean_of = [&](const Tensor& a, const Tensor& b) {
      return sum(absorb(a, b), axes, keep_axes) / (static_cast<double>(y.numel()) / static_cast<double>(scale.numel()));
    };
    if constexpr (i == 0) return -absorb(absorb(g, mean_of(ct, y)) + absorb(mean_of(g, y), ct), scale);
    else if constexpr (i == 1) return sum(absorb(g, standardise_adjoint(y, ones_like(scale), ct, axes)), axes, keep_axes);
    else return standardise_adjoint(y, scale, g, axes);
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("standardise_adjoint", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -2, 2), uniform({3, 1}, 0.5, 2), uniform({3, 4}, -2, 2)}),
            with(Params{Axes{0, 2}}, {uniform({2, 3, 2}, -2, 2), uniform({1, 3, 1}, 0.5, 2), uniform({2, 3, 2}, -2, 2)}),
            with(Params{Axes(0)}, {uniform({5, 3}, -2, 2), uniform({1, 3}, 0.5, 2), uniform({5, 3}, -2, 2)}),
            with(Params{Axes()}, {uniform({}, -2, 2), uniform({}, 0.5, 2), uniform({}, -2, 2)})};
  }
};

}  // namespace

constinit const Op standardise_op = make_op<Standardise>();
Standardised standardise(Arg x, Axes axes, double eps) {
  const StandardiseParams params{axes, eps};
  const std::source_location where = x.where();
  Tensor in[] = {x.take()};
  Tensor out[3];
  execute(standardise_op, &params, in, out, where);
  return {std::move(out[0]), std::move(out[1]), std::move(out[2])};
}

constinit const Op standardise_adjoint_op = make_op<StandardiseAdjoint>();
Tensor standardise_adjoint(Arg y, Arg scale, Arg ct, Axes axes) {
  return bind(standardise_adjoint_op, StandardiseAdjoint::Params{axes}, std::move(y), std::move(scale), std::move(ct));
}

}  // namespace descent::inline v1
