#include <descent/autodiff/functions/statistics.hpp>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
namespace {

/// How many elements go into one result.
Index reduced_count(const char* who, const Shape& x, const Axes& axes) {
  const unsigned mask = axes.mask(who, x.rank());
  Index count = 1;
  for (int axis = 0; axis < x.rank(); ++axis)
    if ((mask >> axis & 1U) != 0) count *= x[axis];
  return count;
}

/// Both functions' checks, with the name the user called.
Tensor variance(const char* who, Arg x, const Axes& axes, double correction, KeepAxes keep) {
  const std::source_location where = x.where();
  const Tensor samples = x.take();
  const Index count = located(where, [&] { return reduced_count(who, samples.shape(), axes); });
  const double freedom = static_cast<double>(count) - correction;
  if (!(freedom > 0))
    throw ValueError(std::string(who) + ": " + std::to_string(count) + " elements of " + to_string(samples.shape()) + " with correction " +
                         std::to_string(correction) + " leave " + std::to_string(freedom) + " degrees of freedom; they must be more than 0",
                     where);
  const Tensor about = samples - stop_gradient(mean(samples, axes, keep_axes));
  return sum(square(about - mean(about, axes, keep_axes)), axes, keep) / freedom;
}

/// max or min of what is not NaN; `least` is what weighs nothing.
Tensor extreme_of_numbers(Tensor (*extreme)(Arg, Axes, KeepAxes), Arg x, const Axes& axes, KeepAxes keep, double least) {
  const Given given(std::move(x));
  if (!is_floating(given.x.dtype())) return extreme(given.arg(), axes, keep);
  const Tensor broken = isnan(given.x);
  const Tensor found = extreme({where(broken, least, given.x), given.where}, axes, keep);
  return where(all(broken, axes, keep), std::nan(""), found);
}

/// `count` positions of the axis from `start` on.
Tensor part_of(const Tensor& x, int axis, Index start, Index count) {
  std::vector<Index> starts(static_cast<std::size_t>(x.rank()), 0);
  starts[static_cast<std::size_t>(axis)] = start;
  return slice(x, starts, std::vector<Index>(starts.size(), 1), x.shape().with(axis, count));
}

/// The second of each pair of neighbours and the first, taken together by f.   requires: x.size(axis) > 0
template <class F> Tensor of_neighbours(const Tensor& x, int axis, F f) {
  const Index n = x.size(axis);
  return f(part_of(x, axis, 1, n - 1), part_of(x, axis, 0, n - 1));
}

/// The areas between neighbouring samples, with the axis made non-negative.
std::pair<Tensor, int> areas(const char* who, Arg y, Arg spacing, Index axis) {
  const Given given(std::move(y));
  const Tensor places = spacing.is_number() ? spacing.number().as(promote(f32, given.x.dtype())) : spacing.take();
  const Tensor samples = cast(given.x, promote(f32, given.x.dtype()));
  int on = given.axis(who, axis);
  if (places.rank() > 0) {
    const int of_places = places.rank() == 1 ? 0 : on - samples.rank() + places.rank();
    if (of_places < 0 || places.size(of_places) != samples.size(on))
      throw ShapeError(std::string(who) + ": the places are " + to_string(places.shape()) + ", the samples " + to_string(samples.shape()) +
                           "; there must be a place for each sample on axis " + std::to_string(on),
                       given.where);
  }
  if (samples.size(on) == 0) return {cast(samples, promote(samples.dtype(), places.dtype())), on};
  const Tensor heights = of_neighbours(samples, on, [](const Tensor& b, const Tensor& a) { return (a + b) / 2; });
  if (places.rank() == 0) return {heights * places, on};
  const int of_places = places.rank() == 1 ? 0 : on - samples.rank() + places.rank();
  Tensor widths = of_neighbours(places, of_places, [](const Tensor& b, const Tensor& a) { return b - a; });
  if (places.rank() == 1) {
    Shape column = widths.shape();
    for (int i = on + 1; i < samples.rank(); ++i) column = column.inserted(column.rank(), 1);
    widths = reshape(widths, column);
  }
  Tensor result = located(given.where, [&] { return mul({heights, given.where}, {widths, given.where}); });
  on += result.rank() - samples.rank();
  return {std::move(result), on};
}

void check_weights(const char* what, const Tensor& weights, const Tensor& x, std::source_location where) {
  if (weights.shape() != Shape{x.size(1)})
    throw ShapeError(std::string("cov: the ") + what + " are " + to_string(weights.shape()) + " for " + std::to_string(x.size(1)) +
                         " samples; they must be [" + std::to_string(x.size(1)) + "]",
                     where);
}

/// Variables as rows, floating.
Tensor variables(const char* who, const Given& given) {
  const Shape shape = given.x.shape();
  if (shape.rank() > 2)
    throw ShapeError(std::string(who) + ": x is " + to_string(shape) + "; it must be [variables, samples] or [samples]", given.where);
  return reshape(cast(given.x, promote(f32, given.x.dtype())), shape.rank() == 2 ? shape : Shape{1, shape.numel()});
}

}  // namespace

Tensor mean(Arg x, Axes axes, KeepAxes keep) {
  const std::source_location where = x.where();
  Tensor samples = x.take();
  const Index count = located(where, [&] { return reduced_count("mean", samples.shape(), axes); });
  return div({sum({std::move(samples), where}, axes, keep), where}, {static_cast<double>(count), where});
}

Tensor var(Arg x, Axes axes, double correction, KeepAxes keep) { return variance("var", std::move(x), axes, correction, keep); }
Tensor std(Arg x, Axes axes, double correction, KeepAxes keep) { return sqrt(variance("std", std::move(x), axes, correction, keep)); }

Tensor nansum(Arg x, Axes axes, KeepAxes keep) {
  const Given given(std::move(x));
  return sum({where(isnan(given.x), 0, given.x), given.where}, axes, keep);
}
Tensor nanmean(Arg x, Axes axes, KeepAxes keep) {
  const Given given(std::move(x));
  const Tensor there = logical_not(isnan(given.x));
  const Tensor total = nansum(given.arg(), axes, keep);
  return total / cast(sum(there, axes, keep), promote(f32, given.x.dtype()));
}

Tensor nanprod(Arg x, Axes axes, KeepAxes keep) {
  const Given given(std::move(x));
  return prod({where(isnan(given.x), 1, given.x), given.where}, axes, keep);
}
Tensor nanmax(Arg x, Axes axes, KeepAxes keep) { return extreme_of_numbers(max, std::move(x), axes, keep, -HUGE_VAL); }
Tensor nanmin(Arg x, Axes axes, KeepAxes keep) { return extreme_of_numbers(min, std::move(x), axes, keep, HUGE_VAL); }

Tensor nanvar(Arg x, Axes axes, double correction, KeepAxes keep) {
  const Given given(std::move(x));
  const Tensor there = logical_not(isnan(given.x)), freedom = sum({there, given.where}, axes, keep) - correction;
  const Tensor near = given.x - stop_gradient(nanmean(given.x, axes, keep_axes));
  const Tensor squares = where(there, square(near - nanmean(near, axes, keep_axes)), 0);
  const Tensor enough = freedom > 0;
  return where(enough, sum(squares, axes, keep) / cast(where(enough, freedom, 1), promote(f32, given.x.dtype())), std::nan(""));
}
Tensor nanstd(Arg x, Axes axes, double correction, KeepAxes keep) { return sqrt(nanvar(std::move(x), axes, correction, keep)); }

Tensor diff(Arg x, Index n, Index axis) {
  const Given given(std::move(x));
  const int on = given.axis("diff", axis);
  if (n < 0 || n > given.x.size(on))
    throw ValueError("diff: " + std::to_string(n) + " times on axis " + std::to_string(on) + " of " + to_string(given.x.shape()) +
                         "; it must lie in [0, " + std::to_string(given.x.size(on)) + "]",
                     given.where);
  Tensor result = given.x;
  for (Index i = 0; i < n; ++i) result = of_neighbours(result, on, [](const Tensor& b, const Tensor& a) { return b - a; });
  return result;
}

Tensor trapezoid(Arg y, Arg spacing, Index axis) {
  const auto [between, on] = areas("trapezoid", std::move(y), std::move(spacing), axis);
  return sum(between, on);
}
Tensor cumulative_trapezoid(Arg y, Arg spacing, Index axis) {
  const auto [between, on] = areas("cumulative_trapezoid", std::move(y), std::move(spacing), axis);
  return cumsum(between, on);
}

Tensor cov(Arg x, CovOptions options) {
  const Given given(std::move(x));
  const Tensor rows = variables("cov", given);
  const bool counted = options.frequencies.present(), weighted = options.weights.present();
  if (counted) check_weights("frequencies", options.frequencies, rows, given.where);
  if (weighted) check_weights("weights", options.weights, rows, given.where);
  const Tensor weights = counted && weighted ? options.frequencies * options.weights
                         : counted           ? options.frequencies
                         : weighted          ? options.weights
                                             : ones({rows.size(1)}, rows.dtype());
  const Tensor total = sum(weights);
  const Tensor freedom = total - options.correction * (weighted ? sum(weights * options.weights) / total : ones({}, rows.dtype()));
  const Tensor near = rows - stop_gradient(mean(rows, 1, keep_axes));  // taken twice, as in var
  const Tensor about = near - sum(near * weights, 1, keep_axes) / total;
  const Tensor result = matmul(about * weights, about, {.transpose_b = true}) / maximum(freedom, 0);
  return given.x.rank() == 2 ? result : reshape(result, Shape{});
}

Tensor corrcoef(Arg x) {
  const Given given(std::move(x));
  const Tensor rows = variables("corrcoef", given);
  const Tensor near = rows - stop_gradient(mean(rows, 1, keep_axes));
  const Tensor about = near - mean(near, 1, keep_axes);
  const Tensor unit = about / norm2(about, 1, keep_axes);
  const Tensor result = matmul(unit, unit, {.transpose_b = true});
  return given.x.rank() == 2 ? result : reshape(result, Shape{});
}

}  // namespace descent::inline v1
