// logsumexp: smooth and not linear, so General; its slope is the softmax, taken from x because exp(x - y) would lose y's digits.
// Where all elements are -inf the value is -inf and the slope 0, as softmax says.
#include <cmath>

#include <descent/autodiff/kernels/softmax.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Logsumexp : General<Logsumexp> {
  static constexpr std::string_view name = "logsumexp";
  static constexpr Keep keep = keep::inputs;
  struct Params {
    Axes axes;
    bool keep_axes = false;
  };
  static constexpr bool reduces = true;
  template <class T> static void of_rows(const kernels::Reduction& rows, const T* x, T* y) { kernels::logsumexp(rows, x, y); }
  static unsigned row_axes(const Params& p, const Abstract& x) { return p.axes.mask("logsumexp", x.shape.rank()); }
  static Shape shape(const Params& p, const Shape& x) { return raw::reduced_shape(x, p.axes.mask("logsumexp", x.rank()), p.keep_axes); }
  static Dtype dtype(const Params&, Dtype x) { return promote(f32, x); }
  static Tensor forward(const Params& p, const Tensor& x) {
    const raw::Reducible ready = raw::reducible(converted(x, promote(f32, x.dtype())), p.axes.mask("logsumexp", x.rank()));
    Tensor result = raw::make(shape(p, x.shape()), ready.x.dtype());
    raw::visit_floating(result.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::logsumexp(ready.form, raw::read<T>(ready.x), raw::write<T>(result));
    });
    return result;
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    const Tensor& x = call.in[0];
    const Axes& axes = params_of<Params>(call).axes;
    return absorb(reshape(ct, raw::reduced_shape(x.shape(), axes.mask("logsumexp", x.rank()), true)), softmax(x, axes));
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("logsumexp", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes(0), true}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes{0, 2}}, {uniform({2, 3, 2}, -2, 2)}),
            with(Params{Axes::none()}, {uniform({3}, -2, 2)}),
            with(Params{}, {uniform({}, -2, 2)}),
            with(Params{}, {values({1000, 0, -1000})}),
            kink(with(Params{}, {values({-HUGE_VAL, -HUGE_VAL})}), "terms that weigh nothing have slope 0, so masked rows stay inert"),
            with(Params{Axes(-1)}, {uniform({2, 37}, -3, 3)})};
  }
};

}  // namespace

constinit const Op logsumexp_op = make_op<Logsumexp>();
Tensor logsumexp(Arg x, Axes axes, KeepAxes keep) {
  return bind(logsumexp_op, Logsumexp::Params{axes, keep == KeepAxes::yes}, std::move(x));
}

}  // namespace descent::inline v1
