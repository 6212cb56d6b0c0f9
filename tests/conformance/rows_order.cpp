#include <descent/tests/conformance/table.hpp>

#include <descent/autodiff/functions/order.hpp>
#include <descent/autodiff/functions/scans.hpp>
#include <descent/autodiff/functions/scatter.hpp>
#include <descent/tests/conformance/forms.hpp>

// The rows of scans, sorts, order statistics, scatters. The producer lets one name an axis of a 0-d tensor.

namespace descent::conformance {
namespace {

using A = const Args&;

Index axis(A a, std::size_t place, Index otherwise) { return a.whole(place, "dim", otherwise); }

/// A scan, which keeps the shape.
auto scan(Tensor (*f)(Arg, Index, ScanForm)) {
  return [f](A a) { return like_rank(a.x(0), f(at_least_1d(a.x(0)), axis(a, 1, 0), {})); };
}
auto scan(ValuesAndIndices (*f)(Arg, Index, ScanForm)) {
  return [f](A a) {
    const auto [values, indices] = f(at_least_1d(a.x(0)), axis(a, 1, 0), {});
    return Tensors{like_rank(a.x(0), values), like_rank(a.x(0), indices)};
  };
}
/// What was picked, 0-d where x is.
Results like_x(A a, const ValuesAndIndices& both) {
  if (a.x(0).rank() > 0) return both;
  return Tensors{reshape(both.values, Shape{}), reshape(both.indices, Shape{})};
}
SortForm sort_form(A a) { return {.descending = a.flag(2, "descending", false)}; }
Results sorted(A a) { return like_x(a, sort_with_index(at_least_1d(a.x(0)), axis(a, 1, -1), sort_form(a))); }
Tensor order(A a) { return like_rank(a.x(0), argsort(at_least_1d(a.x(0)), axis(a, 1, -1), sort_form(a))); }
Results greatest(A a) {
  return like_x(a, topk(at_least_1d(a.x(0)), a.whole(1, "k", 1), {.axis = axis(a, 2, -1), .least = !a.flag(3, "largest", true)}));
}
Results kth(A a) { return like_x(a, kthvalue(at_least_1d(a.x(0)), a.whole(1, "k", 1), axis(a, 2, -1), keep_of(a, 3))); }
Results most_frequent(A a) { return like_x(a, mode(at_least_1d(a.x(0)), axis(a, 1, -1), keep_of(a, 2))); }

/// The lower of the two in the middle of what is no NaN, with its position.
Results lower_median(A a) {
  const bool along = a.has(1, "dim");
  const Tensor x = along ? at_least_1d(a.x(0)) : flatten(a.x(0));
  const Index on = along ? axis(a, 1, 0) : 0;
  const Tensor count = sum(!isnan(x), on, keep_axes);
  const Tensor index = take_along_axis(argsort(x, on), cast(floor((cast(count, f64) - 1.0) / 2.0), i64), on);
  const Tensor values = take_along_axis(x, index, on);
  if (!along) return reshape(values, Shape{});
  const bool kept = keep_of(a, 2) == KeepAxes::yes;
  return like_x(a, kept ? ValuesAndIndices{values, index} : ValuesAndIndices{squeeze(values, on), squeeze(index, on)});
}
auto of_quantiles(Tensor (*f)(Arg, Arg, QuantileOptions)) {
  return [f](A a) {
    const std::string how = a.text(99, "interpolation", "linear");
    const Between between = how == "linear"     ? Between::linear
                            : how == "lower"    ? Between::lower
                            : how == "higher"   ? Between::higher
                            : how == "midpoint" ? Between::midpoint
                                                : Between::nearest;
    return f(a.x(0), a.tensor(1, "q"), {.axes = axes_of(a.x(0), a, 2), .keep = keep_of(a, 3), .between = between});
  };
}
/// 0-d where there is one variable.
Tensor of_variables(const Tensor& table) { return table.numel() == 1 ? reshape(table, Shape{}) : table; }
/// The producer's weights are f32, and so is what it adds up of them.
Tensor covariances(A a) {
  const Tensor weights = a.tensor(99, "aweights");
  return of_variables(
      cov(a.x(0), {a.real(99, "correction", 1), a.tensor(99, "fweights"), weights.present() ? cast(weights, f32) : weights}));
}
Tensor running_areas(A a) {
  const Tensor x = a.tensor(1, "x");
  return cumulative_trapezoid(a.x(0), x.present() ? x : number(a.real(99, "dx", 1)), axis(a, 2, -1));
}

/// The index may be smaller than x, so everything is put in one line.
auto scattered_by(ScatterBy by) {
  return [by](A a) {
    Tensor src = a.x(3);
    for (Index i = 0; i < src.rank(); ++i) src = sliced(src, i, {.stop = a.x(2).size(i)});
    const Tensor at = positions(a.x(0), [&](const Tensor& p) { return gathered(p, axis(a, 1, 0), a.x(2)); });
    return reshape(scatter_reduce(flatten(a.x(0)), flatten(at), flatten(src), 0, {by, a.flag(99, "include_self", true)}), a.x(0).shape());
  };
}
auto rows_by(ScatterBy by) {
  return [by](A a) {
    return like_rank(a.x(0),
                     index_reduce(at_least_1d(a.x(0)), a.x(2), at_least_1d(a.x(3)), axis(a, 1, 0), {by, a.flag(99, "include_self", true)}));
  };
}

const Row rows[] = {
    {"argsort", order},
    {"corrcoef", [](A a) { return of_variables(corrcoef(a.x(0))); }},
    {"cov", covariances},
    {"cummax", scan(cummax_with_index)},
    {"cummin", scan(cummin_with_index)},
    {"cumprod", scan(cumprod)},
    {"cumsum", scan(cumsum)},
    {"cumulative_trapezoid", running_areas},
    {"index_reduce.amax", rows_by(ScatterBy::max)},
    {"index_reduce.amin", rows_by(ScatterBy::min)},
    {"index_reduce.prod", rows_by(ScatterBy::prod)},
    {"kthvalue", kth},
    {"logcumsumexp", scan(logcumsumexp)},
    {"median", lower_median},
    {"mode", most_frequent},
    {"msort", [](A a) { return sort(a.x(0), 0); }},
    {"nanmedian", lower_median},
    {"nanquantile", of_quantiles(nanquantile)},
    {"quantile", of_quantiles(quantile)},
    {"scatter_reduce.amax", scattered_by(ScatterBy::max)},
    {"scatter_reduce.amin", scattered_by(ScatterBy::min)},
    {"scatter_reduce.prod", scattered_by(ScatterBy::prod)},
    {"sort", sorted},
    {"topk", greatest},
};

}  // namespace

std::span<const Row> order_rows() { return rows; }

}  // namespace descent::conformance
