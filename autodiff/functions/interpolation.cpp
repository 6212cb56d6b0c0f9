#include <descent/autodiff/functions/interpolation.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/cubic.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/pooling.hpp>

namespace descent::inline v1 {
namespace {

/// Where the elements of the result lie on an axis of `in`.
struct AxisMap {
  Index in, out;
  double step;  ///< between elements, in elements of x
  bool corners;

  /// A position, brought close to the axis where it is far from it, as all out there is alike.
  double near(double position) const { return std::clamp(position, -2.0, static_cast<double>(in) + 1); }
  /// The position of element q among x's.
  double at(Index q) const { return corners ? step * static_cast<double>(q) : step * (static_cast<double>(q) + 0.5) - 0.5; }
};

AxisMap axis_map(Index in, Index out, const InterpolateOptions& options, std::size_t a) {
  if (options.align_corners) {
    const double step = out > 1 ? static_cast<double>(in - 1) / static_cast<double>(out - 1) : 0;
    return {in, out, step, true};
  }
  const double step = options.scale.empty() ? static_cast<double>(in) / static_cast<double>(out) : 1 / options.scale[a];
  return {in, out, step, false};
}

/// A row of weights on consecutive elements from `first` on; those beyond the ends go to the outermost element.
void add_row(Bands& bands, Index first, const std::vector<double>& weights) {
  const Index last = bands.columns - 1;
  const Index low = std::clamp<Index>(first, 0, last), high = std::clamp<Index>(first + static_cast<Index>(weights.size()) - 1, 0, last);
  std::vector<double> row(static_cast<std::size_t>(high - low + 1));
  for (std::size_t k = 0; k < weights.size(); ++k)
    row[static_cast<std::size_t>(std::clamp<Index>(first + static_cast<Index>(k), low, high) - low)] += weights[k];
  bands.first.push_back(low);
  bands.count.push_back(high - low + 1);
  bands.weights.insert(bands.weights.end(), row.begin(), row.end());
}

Bands bands_of(const AxisMap& map, Interpolation by) {
  Bands bands{map.in, {}, {}, {}};
  for (Index q = 0; q < map.out; ++q) {
    double position = map.near(map.at(q));
    if (by == Interpolation::nearest || by == Interpolation::nearest_exact) {
      const double shift = by == Interpolation::nearest ? 0 : 0.5;
      add_row(bands, static_cast<Index>(std::floor(map.near(map.step * (static_cast<double>(q) + shift)))), {1});
      continue;
    }
    if (by == Interpolation::linear) position = std::max(position, 0.0);
    const double whole = std::floor(position), t = position - whole;
    const auto first = static_cast<Index>(whole);
    if (by == Interpolation::linear) add_row(bands, first, t == 0 ? std::vector<double>{1} : std::vector<double>{1 - t, t});
    else add_row(bands, first - 1, {cubic::far_weight(t + 1), cubic::near_weight(t), cubic::near_weight(1 - t), cubic::far_weight(2 - t)});
  }
  return bands;
}

}  // namespace

Tensor interpolate(Arg x, const std::vector<Index>& sizes, const InterpolateOptions& options) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  const auto axes = static_cast<int>(sizes.size());
  if (axes < 1 || axes > shape.rank())
    throw ShapeError("interpolate: " + std::to_string(axes) + " sizes for x, " + to_string(shape) + "; give one for each of its last axes",
                     given.where);
  if (!options.scale.empty() && options.scale.size() != sizes.size())
    throw ValueError("interpolate: " + std::to_string(options.scale.size()) + " scales for " + std::to_string(axes) +
                         " sizes; give one for each, or none",
                     given.where);
  for (const double scale : options.scale)
    if (!(scale > 0) || !std::isfinite(scale))
      throw ValueError("interpolate: a scale is " + std::to_string(scale) + "; it must be above 0 and finite", given.where);
  for (int a = 0; a < axes; ++a) {
    const int axis = shape.rank() - axes + a;
    const Index size = sizes[static_cast<std::size_t>(a)];
    if (size < 1 || shape[axis] < 1)
      throw ShapeError("interpolate: axis " + std::to_string(axis) + " of " + to_string(shape) + " to " + std::to_string(size) +
                           " elements; both must have at least 1",
                       given.where);
  }
  if (options.by == Interpolation::area) return adaptive_avg_pool(given.arg(), sizes);
  std::vector<int> order;
  for (int a = 0; a < axes; ++a) order.push_back(a);
  const auto growth = [&](int a) {
    return static_cast<double>(sizes[static_cast<std::size_t>(a)]) / static_cast<double>(shape[shape.rank() - axes + a]);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return growth(a) < growth(b) || (growth(a) == growth(b) && growth(a) > 1 && a > b); });
  Tensor y = given.x;
  for (const int a : order) {
    const int axis = shape.rank() - axes + a;
    const auto i = static_cast<std::size_t>(a);
    y = resample({std::move(y), given.where}, bands_of(axis_map(shape[axis], sizes[i], options, i), options.by), axis);
  }
  return y;
}

Tensor interpolate_by(Arg x, const std::vector<double>& factors, InterpolateOptions options) {
  const Given given(std::move(x));
  if (static_cast<int>(factors.size()) > given.x.rank())
    throw ShapeError("interpolate_by: " + std::to_string(factors.size()) + " factors for x, " + to_string(given.x.shape()) +
                         "; give one for each of its last axes",
                     given.where);
  std::vector<Index> sizes;
  for (std::size_t a = 0; a < factors.size(); ++a) {
    if (!(factors[a] > 0) || !std::isfinite(factors[a]))
      throw ValueError("interpolate_by: a factor is " + std::to_string(factors[a]) + "; it must be above 0 and finite", given.where);
    const Index in = given.x.size(static_cast<Index>(a) - static_cast<Index>(factors.size()));
    const double size = std::floor(static_cast<double>(in) * factors[a]);
    if (size > 0x1p40)
      throw ShapeError("interpolate_by: " + std::to_string(in) + " elements times " + std::to_string(factors[a]) + " are too many",
                       given.where);
    sizes.push_back(static_cast<Index>(size));
  }
  if (options.scale.empty()) options.scale = factors;
  return interpolate(given.arg(), sizes, options);
}

}  // namespace descent::inline v1
