// max, min: not linear, so General. The cotangent is shared evenly by the elements that tie (the subgradient of least norm, up
// to scale), without a tolerance; where the result is NaN, by the NaN. So the share depends on no position and is constant
// wherever the derivative exists.
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

template <bool greatest> struct Extremum : General<Extremum<greatest>> {
  static constexpr std::string_view name = greatest ? "max" : "min";
  static constexpr Keep keep = keep::inputs | keep::output;
  struct Params {
    Axes axes;
    bool keep_axes = false;
  };
  static constexpr bool reduces = true;
  template <class T> static void of_rows(const kernels::Reduction& rows, const T* x, T* y) {
    (greatest ? kernels::max<T> : kernels::min<T>)(rows, x, y);
  }
  static unsigned row_axes(const Params& p, const Abstract& x) { return p.axes.mask(name.data(), x.shape.rank()); }
  static Shape shape(const Params& p, const Shape& x) {
    const unsigned mask = p.axes.mask(name.data(), x.rank());
    const Shape result = raw::reduced_shape(x, mask, p.keep_axes);
    if (x.numel() == 0 && result.numel() != 0)
      throw ShapeError(std::string(name) + ": axes " + to_string(p.axes) + " of " + to_string(x) +
                       " hold no element; it needs at least one");
    return result;
  }
  static Tensor forward(const Params& p, const Tensor& x) {
    Tensor result = raw::make(shape(p, x.shape()), x.dtype());
    if (result.numel() == 0) return result;
    const raw::Reducible ready = raw::reducible(x, p.axes.mask(name.data(), x.rank()));
    raw::visit_stored(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      (greatest ? kernels::max<T> : kernels::min<T>)(ready.form, raw::read<T>(ready.x), raw::write<T>(result));
    });
    return result;
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    const Params& p = *static_cast<const Params*>(call.params);
    const Tensor& x = call.in[0];
    const Shape kept = raw::reduced_shape(x.shape(), p.axes.mask(name.data(), x.rank()), true);
    const Tensor hits = cast(logical_or(equal(x, reshape(call.out[0], kept)), isnan(x)), x.dtype());
    return absorb(reshape(ct, kept), hits / sum(hits, p.axes, KeepAxes::yes));
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch(name.data(), p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes(1), true}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes{0, 2}}, {uniform({2, 3, 4}, -2, 2)}),
            with(Params{Axes::none()}, {uniform({3}, -2, 2)}),
            with(Params{}, {uniform({}, -2, 2)}),
            kink(with(Params{}, {values({2, 2, 1})}), "ties share the cotangent evenly"),
            kink(with(Params{Axes(0)}, {values(Shape{2, 2}, {1, -1, 1, -1})}), "ties share the cotangent evenly")};
  }
};

}  // namespace

constinit const Op max_op = make_op<Extremum<true>>();
Tensor max(Arg x, Axes axes, KeepAxes keep) { return bind(max_op, Extremum<true>::Params{axes, keep == KeepAxes::yes}, std::move(x)); }

constinit const Op min_op = make_op<Extremum<false>>();
Tensor min(Arg x, Axes axes, KeepAxes keep) { return bind(min_op, Extremum<false>::Params{axes, keep == KeepAxes::yes}, std::move(x)); }

}  // namespace descent::inline v1
