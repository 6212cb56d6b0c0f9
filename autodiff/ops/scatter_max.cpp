// scatter_max, scatter_min: not linear, so General. As in max, the elements that tie share the cotangent of their place evenly, and
// where the result is NaN, the NaN do.
#include <algorithm>
#include <limits>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/scatter.hpp>
#include <descent/autodiff/ops/indices.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

/// What no element of T is beyond: the greatest of none, or the least.
template <class T> constexpr T extreme_of_none(bool greatest) {
  using Limits = std::numeric_limits<T>;
  if constexpr (Limits::has_infinity) return greatest ? -Limits::infinity() : Limits::infinity();
  else if constexpr (std::is_same_v<T, std::uint8_t>) return greatest ? 0 : 1;  // a bool
  else return greatest ? Limits::lowest() : Limits::max();
}

template <bool greatest> struct ScatterExtremum : General<ScatterExtremum<greatest>, 2> {
  static constexpr std::string_view name = greatest ? "scatter_max" : "scatter_min";
  static constexpr Keep keep = keep::inputs | keep::output;
  static constexpr std::uint32_t untied = 2;
  struct Params {
    Index count = 0;
    Index axis = 0;
  };
  static Shape shape(const Params& p, const Shape& x, const Shape& index) {
    if (p.count < 0) throw ValueError(std::string(name) + ": a size of " + std::to_string(p.count) + "; it must be 0 or more");
    const int axis = checked_axis(name.data(), p.axis, x.rank());
    if (x != index)
      throw ShapeError(std::string(name) + ": the indices are " + to_string(index) + ", x is " + to_string(x) +
                       "; the shapes must be equal");
    return x.with(axis, p.count);
  }
  static Dtype dtype(const Params&, Dtype x, Dtype index) { return raw::check_index_dtype(name.data(), index), x; }
  static Tensor forward(const Params& p, const Tensor& x, const Tensor& index) {
    const Tensor positions = raw::positions(name.data(), index);
    const int axis = checked_axis(name.data(), p.axis, x.rank());
    Tensor result = raw::make(shape(p, x.shape(), index.shape()), x.dtype());
    const kernels::Reduction form = raw::around(result.shape(), axis);
    const Index bad = raw::visit_stored(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      std::fill_n(raw::write<T>(result), result.numel(), extreme_of_none<T>(greatest));
      constexpr auto kernel = greatest ? &kernels::max_along<T> : &kernels::min_along<T>;
      return kernel({form.outer, form.n, x.size(axis), form.inner}, raw::write<T>(result), raw::read<T>(x),
                    raw::read<std::int64_t>(positions));
    });
    raw::check_positions(name.data(), positions, bad, result.shape(), axis);
    return result;
  }
  template <int i> static Tensor vjp(const Call& call, const Tensor& ct)
    requires(i == 0)
  {
    const auto& p = *static_cast<const Params*>(call.params);
    const Tensor &x = call.in[0], &index = call.in[1];
    const auto taken = [&](const Tensor& of_places) { return take_along_axis(of_places, index, p.axis); };
    const Tensor hits = cast(logical_or(equal(x, taken(call.out[0])), isnan(x)), x.dtype());
    return absorb(taken(ct), hits / taken(scatter_sum(hits, index, p.count, p.axis)));
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch(name.data(), p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{3, 0}, {uniform({4, 2}, -2, 2), indices({4, 2}, {0, 2, 2, -3, 1, 1, 0, 2})}),
            with(Params{2, -1}, {uniform({2, 3}, -2, 2), indices({2, 3}, {1, 1, 0, 0, -1, 0})}),
            kink(with(Params{3, 0}, {values({1, 1, 0, 2}), indices({4}, {0, 0, 0, 1})}),
                 "ties share evenly; a place for which there is nothing gets an infinity"),
            kink(with(Params{3, 0}, {uniform({0}, -2, 2), indices({0}, {})}), "no element, no cotangent")};
  }
};

}  // namespace

constinit const Op scatter_max_op = make_op<ScatterExtremum<true>>();
Tensor scatter_max(Arg x, Arg index, Index count, Index axis) {
  return bind(scatter_max_op, ScatterExtremum<true>::Params{count, axis}, std::move(x), std::move(index));
}

constinit const Op scatter_min_op = make_op<ScatterExtremum<false>>();
Tensor scatter_min(Arg x, Arg index, Index count, Index axis) {
  return bind(scatter_min_op, ScatterExtremum<false>::Params{count, axis}, std::move(x), std::move(index));
}

}  // namespace descent::inline v1
