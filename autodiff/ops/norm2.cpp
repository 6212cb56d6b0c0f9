// norm2: sqrt(sum x^2), not linear, so General, and a primitive so that squares neither overflow nor vanish. Its slope is x / |x|,
// and 0 (the subgradient of least norm) where the norm is 0.
#include <algorithm>
#include <cmath>
#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Norm2 : General<Norm2> {
  static constexpr std::string_view name = "norm2";
  static constexpr Keep keep = keep::inputs | keep::output;
  struct Params {
    Axes axes;
    bool keep_axes = false;
  };
  static Shape shape(const Params& p, const Shape& x) { return raw::reduced_shape(x, p.axes.mask("norm2", x.rank()), p.keep_axes); }
  static Dtype dtype(const Params&, Dtype x) { return promote(f32, x); }
  static Tensor forward(const Params& p, const Tensor& x) {
    const raw::Reducible ready = raw::reducible(converted(x, promote(f32, x.dtype())), p.axes.mask("norm2", x.rank()));
    Tensor result = raw::make(shape(p, x.shape()), ready.x.dtype());
    raw::visit_floating(result.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T* elements = raw::read<T>(ready.x);
      if (ready.form.inner == 1) kernels::sum_squares_of_rows(ready.form.outer, ready.form.n, elements, raw::write<T>(result));
      else sum_squares(ready.form, elements, raw::write<T>(result), raw::make(ready.x.shape(), ready.x.dtype()));
      roots(ready.form, elements, raw::write<T>(result));
    });
    return result;
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    const Tensor& x = call.in[0];
    const Shape kept = raw::reduced_shape(x.shape(), params_of<Params>(call).axes.mask("norm2", x.rank()), true);
    const Tensor y = reshape(call.out[0], kept);
    return absorb(reshape(ct, kept), where(equal(y, 0), 0, x / y));
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) { return behind_batch("norm2", p, like[0].shape.rank()); }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes(0), true}, {uniform({3, 4}, -2, 2)}),
            with(Params{Axes{0, 2}}, {uniform({2, 3, 2}, -2, 2)}),
            with(Params{Axes(1)}, {values(Shape{2, 2}, {3, 4, -5, 12})}),
            kink(with(Params{}, {values({0, 0, 0})}), "least norm: at the zero vector every direction is a subgradient"),
            kink(with(Params{}, {values(Shape{}, {0})}), "least norm: at the zero vector every direction is a subgradient"),
            kink(with(Params{Axes(1)}, {values(Shape{2, 2}, {0, 0, 3, -4})}),
                 "least norm: at the zero vector every direction is a subgradient")};
  }

 private:
  template <class T> static void sum_squares(const kernels::Reduction& form, const T* x, T* y, Tensor squares) {
    kernels::Space space;
    space.sizes[0] = space.numel = squares.numel();
    const kernels::Operand operand{x, {1}};
    kernels::map<DefaultLanes, T, T>(space, raw::write<T>(squares), &operand, [](const auto& v) { return v * v; });
    kernels::sum(form, raw::read<T>(squares), y);
  }
  /// The roots of sums of squares, where those can be trusted.
  template <class T> static void roots(const kernels::Reduction& form, const T* x, T* y) {
    constexpr T least = std::numeric_limits<T>::min() / std::numeric_limits<T>::epsilon();  // from here on no square's loss is seen
    for (Index at = 0; at < form.outer * form.inner; ++at) {
      const bool trusted = y[at] >= least && y[at] <= std::numeric_limits<T>::max();
      y[at] = trusted ? std::sqrt(y[at]) : scaled_norm(form, x, at);
    }
  }

  /// The norm of row `at` with the greatest element taken out.
  template <class T> static T scaled_norm(const kernels::Reduction& form, const T* x, Index at) {
    const T* row = x + (at / form.inner * form.n) * form.inner + at % form.inner;
    T greatest = 0;
    for (Index k = 0; k < form.n; ++k) {
      const T size = std::abs(row[k * form.inner]);
      if (!(size <= greatest)) greatest = size;
      if (std::isnan(greatest)) return greatest;
    }
    if (greatest == 0 || std::isinf(greatest)) return greatest;
    double sum = 0;
    for (Index k = 0; k < form.n; ++k) {
      const double share = static_cast<double>(row[k * form.inner]) / static_cast<double>(greatest);
      sum += share * share;
    }
    return static_cast<T>(static_cast<double>(greatest) * std::sqrt(sum));
  }
};

}  // namespace

constinit const Op norm2_op = make_op<Norm2>();
Tensor norm2(Arg x, Axes axes, KeepAxes keep) { return bind(norm2_op, Norm2::Params{axes, keep == KeepAxes::yes}, std::move(x)); }

}  // namespace descent::inline v1
