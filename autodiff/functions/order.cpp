#include <descent/autodiff/functions/order.hpp>

#include <array>
#include <cmath>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/indexing.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {
namespace {

/// One position of an axis, dropped unless kept.
Tensor one_of(const Tensor& x, int axis, Index position, KeepAxes keep) {
  std::vector<AxisSlice> slices(static_cast<std::size_t>(x.rank()), AxisSlice(Slice{}));
  slices[static_cast<std::size_t>(axis)] = keep == KeepAxes::yes ? AxisSlice(Slice{position, position + 1}) : AxisSlice(position);
  return slice(x, slices);
}

ValuesAndIndices picked(const Tensor& x, Tensor index, int axis, KeepAxes keep) {  // index: size 1 on the axis
  Tensor values = take_along_axis(x, index, axis);
  if (keep == KeepAxes::yes) return {std::move(values), std::move(index)};
  return {squeeze(values, axis), squeeze(index, axis)};
}

/// The axes reduced over, moved to the end and made one, the others to one row each; and the shape of one quantile of it.
struct Rows {
  Tensor x;  // [rows, n]
  Shape left;

  Rows(const char* who, const Given& given, const Axes& axes, KeepAxes keep) {
    const Shape shape = given.x.shape();
    const unsigned mask = located(given.where, [&] { return axes.mask(who, shape.rank()); });
    std::array<Index, max_rank> order{};
    std::size_t at = 0;
    Index n = 1, rows = 1;
    for (const bool reduced : {false, true})
      for (int axis = 0; axis < shape.rank(); ++axis) {
        if (((mask >> axis & 1U) != 0) != reduced) continue;
        order[at++] = axis;
        (reduced ? n : rows) *= shape[axis];
      }
    for (int axis = 0; axis < shape.rank(); ++axis) {
      const bool reduced = (mask >> axis & 1U) != 0;
      if (!reduced || keep == KeepAxes::yes) left = left.inserted(left.rank(), reduced ? 1 : shape[axis]);
    }
    if (n == 0)
      throw ShapeError(
          std::string(who) + ": axes " + to_string(axes) + " of " + to_string(shape) + " hold no element; it needs at least one",
          given.where);
    const Tensor ordered = shape.rank() == 0 ? given.x : permute(given.x, Axes(std::span<const Index>(order.data(), at)));
    x = reshape(cast(ordered, promote(f32, given.x.dtype())), {rows, n});
  }
};

void check_probabilities(const char* who, const Tensor& q, std::source_location where) {
  if (q.abstract()) return;
  for (const double p : q.to_vector<double>())
    if (!(p >= 0 && p <= 1))
      throw ValueError(std::string(who) + ": the probability is " + std::to_string(p) + "; it must lie in [0, 1]", where);
}

/// a at t = 0, b at t = 1. Where both are finite, equal ones give themselves; an infinity gives itself, unless its weight is 0.
Tensor blend(const Tensor& a, const Tensor& b, const Tensor& t) {
  return where(isfinite(b - a), a + absorb(t, b - a), absorb(1 - t, a) + absorb(t, b));
}

/// Row by row the quantile at p, from the one or two elements that it lies between. [rows, 1]
Tensor one_quantile(const Tensor& rows, double p, Between between) {
  const double place = p * static_cast<double>(rows.size(1) - 1), down = std::floor(place), up = std::ceil(place);
  const bool both = between == Between::linear || between == Between::midpoint;
  const double below = between == Between::higher ? up : between == Between::nearest ? std::nearbyint(place) : down;
  const Index count = both && up > down ? 2 : 1;
  const Tensor order = argsort(rows, 1, {.count = count, .first = static_cast<Index>(below)});
  const Tensor spoiled = any(isnan(rows), 1, keep_axes);  // then argmax finds a NaN
  const Tensor values = take_along_axis(rows, where(spoiled, argmax(rows, 1, keep_axes), order), 1);
  if (!both) return values;
  const Tensor low = slice(values, {Slice{}, Slice{0, 1}}), high = slice(values, {Slice{}, Slice{count - 1, count}});
  return between == Between::midpoint ? low / 2 + high / 2 : blend(low, high, scalar(place - down, values.dtype()));
}

Tensor quantiles(const char* who, Arg x, Arg q, const QuantileOptions& options, bool skip_nan) {
  const Given given(std::move(x));
  const bool is_number = q.is_number();
  const Tensor probabilities = is_number ? q.number().as(f64) : q.take();
  check_probabilities(who, probabilities, given.where);
  const Rows rows(who, given, options.axes, options.keep);
  if (is_number && !skip_nan) return reshape(one_quantile(rows.x, probabilities.item<double>(), options.between), rows.left);
  const Tensor sorted = sort(rows.x, 1);
  const Index n = rows.x.size(1), count = probabilities.numel();

  const Tensor nans = count_nonzero(isnan(rows.x), 1, keep_axes);  // [rows, 1]
  const Tensor last = skip_nan ? maximum(n - 1 - nans, 0) : full(nans.shape(), static_cast<double>(n - 1), i64);
  const Tensor place = cast(reshape(probabilities, {1, count}), f64) * cast(last, f64);  // [rows, count]
  const Tensor below = options.between == Between::higher ? ceil(place) : options.between == Between::nearest ? round(place) : floor(place);
  const Tensor above = options.between == Between::linear || options.between == Between::midpoint ? ceil(place) : below;
  const Tensor spoiled = skip_nan ? nans < 0 : nans > 0;
  const auto at = [&](const Tensor& position) {  // the last of a row with a NaN is one
    return take_along_axis(sorted, where(spoiled, n - 1, cast(stop_gradient(position), i64)), 1);
  };
  Tensor result = at(below);
  if (options.between == Between::midpoint) result = result / 2 + at(above) / 2;
  if (options.between == Between::linear) result = blend(result, at(above), cast(place - below, result.dtype()));
  Shape shape = probabilities.shape();
  for (const Index size : rows.left) shape = located(given.where, [&] { return shape.inserted(shape.rank(), size); });
  return reshape(transpose(result), shape);
}

}  // namespace

ValuesAndIndices sort_with_index(Arg x, Index axis, SortForm form) {
  const Given given(std::move(x));
  Tensor order = argsort(given.arg(), axis, form);
  return {take_along_axis(given.x, order, axis), order};
}
Tensor sort(Arg x, Index axis, SortForm form) { return sort_with_index(std::move(x), axis, form).values; }

ValuesAndIndices topk(Arg x, Index k, TopkOptions options) {
  const Given given(std::move(x));
  const int on = given.axis("topk", options.axis);
  if (k < 0 || k > given.x.size(on))
    throw ValueError("topk: k is " + std::to_string(k) + " on axis " + std::to_string(on) + " of " + to_string(given.x.shape()) +
                         "; it must lie in [0, " + std::to_string(given.x.size(on)) + "]",
                     given.where);
  return sort_with_index(given.arg(), on, {.descending = !options.least, .count = k});
}

ValuesAndIndices kthvalue(Arg x, Index k, Index axis, KeepAxes keep) {
  const Given given(std::move(x));
  const int on = given.axis("kthvalue", axis);
  if (k < 1 || k > given.x.size(on))
    throw ValueError("kthvalue: k is " + std::to_string(k) + " on axis " + std::to_string(on) + " of " + to_string(given.x.shape()) +
                         "; it must lie in [1, " + std::to_string(given.x.size(on)) + "]",
                     given.where);
  const Tensor order = argsort(given.arg(), on, {.count = k});
  return picked(given.x, one_of(order, on, k - 1, keep_axes), on, keep);
}

ValuesAndIndices mode(Arg x, Index axis, KeepAxes keep) {
  const Given given(std::move(x));
  const int on = given.axis("mode", axis);
  const Index n = given.x.size(on);
  if (n == 0)
    throw ShapeError("mode: axis " + std::to_string(on) + " of " + to_string(given.x.shape()) + " holds no element; it needs at least one",
                     given.where);
  const Tensor order = argsort(given.x, on);
  const Tensor sorted = take_along_axis(stop_gradient(given.x), order, on);
  const Tensor place = cumsum(ones_like(order), on) - 1;
  const Tensor previous = take_along_axis(sorted, maximum(place - 1, 0), on);
  const Tensor run_start = cummax(where(logical_or(place == 0, sorted != previous), place, 0), on);
  const Tensor longest = argmax(place - run_start, on, keep_axes);  // where the first of the longest runs ends
  return picked(given.x, take_along_axis(order, take_along_axis(run_start, longest, on), on), on, keep);
}

Tensor median(Arg x, Axes axes, KeepAxes keep) { return quantiles("median", std::move(x), 0.5, {axes, keep, Between::midpoint}, false); }
Tensor nanmedian(Arg x, Axes axes, KeepAxes keep) {
  return quantiles("nanmedian", std::move(x), 0.5, {axes, keep, Between::midpoint}, true);
}
Tensor quantile(Arg x, Arg q, QuantileOptions options) { return quantiles("quantile", std::move(x), std::move(q), options, false); }
Tensor nanquantile(Arg x, Arg q, QuantileOptions options) { return quantiles("nanquantile", std::move(x), std::move(q), options, true); }

Unique unique(Arg x) {
  const Given given(std::move(x));
  if (given.x.abstract())
    throw AbstractError(
        "unique: the size of the result depends on the values of x, which is abstract because a function is being traced; "
        "call it outside, or sort",
        given.where);
  const Tensor flat = stop_gradient(reshape(given.x, {-1}));
  const Index n = flat.numel();
  if (n == 0) return {flat, zeros(given.x.shape(), i64), zeros({0}, i64)};
  const auto [sorted, order] = sort_with_index(flat);
  const Tensor left = slice(sorted, {Slice{0, n - 1}}), right = slice(sorted, {Slice{1, n}});
  const Tensor starts = concat({full({1}, 1, boolean), logical_and(left != right, logical_not(logical_and(isnan(left), isnan(right))))});
  const Tensor group = cumsum(starts, 0) - 1;
  Tensor values = masked_select(sorted, starts);
  Tensor counts = segment_sum(ones_like(group), group, values.numel());
  return {std::move(values), reshape(segment_sum(group, order, n), given.x.shape()), std::move(counts)};
}

}  // namespace descent::inline v1
