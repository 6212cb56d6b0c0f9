// softmax, log_softmax: with p = softmax(x), their vjps are p (ct - sum p ct) and ct - p sum ct: linear in neither x nor p, so
// General. Both read the output alone. A row that is -inf everywhere is inert in softmax: its output and its slope are 0.
#include <cmath>

#include <descent/autodiff/kernels/softmax.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct SoftmaxAxes {
  Axes axes = -1;
};

/// What the two share. Self writes `of_rows`, a kernel on each dtype, and `vjp_of(y, axes, ct)`.
template <class Self> struct Normalised : General<Self> {
  static constexpr Keep keep = keep::output;
  using Params = SoftmaxAxes;
  static constexpr bool reduces = false;
  static unsigned row_axes(const Params& p, const Abstract& x) { return p.axes.mask(Self::name.data(), x.shape.rank()); }
  static Shape shape(const Params& p, const Shape& x) { return p.axes.mask(Self::name.data(), x.rank()), x; }
  static Dtype dtype(const Params&, Dtype x) { return promote(f32, x); }
  static Tensor forward(const Params& p, const Tensor& x) {
    const unsigned mask = p.axes.mask(Self::name.data(), x.rank());
    const raw::Reducible ready = raw::reducible(converted(x, promote(f32, x.dtype())), mask);
    Tensor result = raw::make(ready.x.shape(), ready.x.dtype());
    raw::visit_floating(result.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      Self::of_rows(ready.form, raw::read<T>(ready.x), raw::write<T>(result));
    });
    return raw::in_first_order(result, x.shape(), mask);
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    return Self::vjp_of(call.out[0], static_cast<const Params*>(call.params)->axes, ct);
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch(Self::name.data(), p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes(0)}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes{0, 2}}, {uniform({2, 3, 2}, -2, 2)}),
            with(Params{Axes()}, {uniform({}, -2, 2)}),
            with(Params{}, {values({1000, 0, -1000})}),
            kink(with(Params{}, {values({-HUGE_VAL, -HUGE_VAL})}), Self::masked),
            with(Params{}, {uniform({2, 37}, -3, 3)})};
  }
};

struct Softmax : Normalised<Softmax> {
  static constexpr std::string_view name = "softmax";
  static constexpr std::string_view masked = "a row that is masked whole has value 0 and slope 0";
  template <class T> static void of_rows(const kernels::Reduction& form, const T* x, T* y) { kernels::softmax(form, x, y); }
  static Tensor vjp_of(const Tensor& y, const Axes& axes, const Tensor& ct) { return absorb(ct - sum(absorb(ct, y), axes, keep_axes), y); }
};

struct LogSoftmax : Normalised<LogSoftmax> {
  static constexpr std::string_view name = "log_softmax";
  static constexpr std::string_view masked = "a row that is masked whole has no probabilities: -infinity";
  template <class T> static void of_rows(const kernels::Reduction& form, const T* x, T* y) { kernels::log_softmax(form, x, y); }
  static Tensor vjp_of(const Tensor& y, const Axes& axes, const Tensor& ct) { return ct - absorb(sum(ct, axes, keep_axes), exp(y)); }
};

}  // namespace

constinit const Op softmax_op = make_op<Softmax>();
Tensor softmax(Arg x, Axes axes) { return bind(softmax_op, SoftmaxAxes{axes}, std::move(x)); }

constinit const Op log_softmax_op = make_op<LogSoftmax>();
Tensor log_softmax(Arg x, Axes axes) { return bind(log_softmax_op, SoftmaxAxes{axes}, std::move(x)); }

}  // namespace descent::inline v1
