// any, all, count_nonzero: of truth values, so without derivative. Everything but 0 is true, NaN included.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct TruthAxes {
  Axes axes;
  bool keep_axes = false;
};

/// An op that reduces truth values to T's.
template <class Self, class T> struct TruthReduction : General<Self> {
  static constexpr bool differentiable = false;
  using Params = TruthAxes;
  static Shape shape(const Params& p, const Shape& x) {
    return raw::reduced_shape(x, p.axes.mask(Self::name.data(), x.rank()), p.keep_axes);
  }
  static Dtype dtype(const Params&, Dtype) { return sizeof(T) == 1 ? boolean : i64; }
  static Tensor forward(const Params& p, const Tensor& x) {
    Tensor result = raw::make(shape(p, x.shape()), dtype(p, x.dtype()));
    const raw::Reducible ready = raw::reducible(converted(x, boolean), p.axes.mask(Self::name.data(), x.rank()));
    Self::run(ready.form, raw::read<std::uint8_t>(ready.x), raw::write<T>(result));
    return result;
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch(Self::name.data(), p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{}, {flags({2, 3}, {0, 1, 0, 0, 0, 0})}), with(Params{Axes(1), true}, {flags({2, 3}, {0, 1, 0, 0, 0, 0})}),
            with(Params{Axes{0, 2}}, {uniform({2, 3, 2}, -1, 1)}), with(Params{Axes(0)}, {uniform({0, 2}, -1, 1)}),
            with(Params{}, {values({0, 2, 0})})};
  }
};

struct Any : TruthReduction<Any, std::uint8_t> {
  static constexpr std::string_view name = "any";
  static constexpr auto run = kernels::any;
};
struct All : TruthReduction<All, std::uint8_t> {
  static constexpr std::string_view name = "all";
  static constexpr auto run = kernels::all;
};
struct CountNonzero : TruthReduction<CountNonzero, std::int64_t> {
  static constexpr std::string_view name = "count_nonzero";
  static constexpr auto run = kernels::count;
};

}  // namespace

constinit const Op any_op = make_op<Any>();
Tensor any(Arg x, Axes axes, KeepAxes keep) { return bind(any_op, TruthAxes{axes, keep == KeepAxes::yes}, std::move(x)); }

constinit const Op all_op = make_op<All>();
Tensor all(Arg x, Axes axes, KeepAxes keep) { return bind(all_op, TruthAxes{axes, keep == KeepAxes::yes}, std::move(x)); }

constinit const Op count_nonzero_op = make_op<CountNonzero>();
Tensor count_nonzero(Arg x, Axes axes, KeepAxes keep) {
  return bind(count_nonzero_op, TruthAxes{axes, keep == KeepAxes::yes}, std::move(x));
}

}  // namespace descent::inline v1
