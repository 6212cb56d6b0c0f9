#include <descent/autodiff/functions/interpolation.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/pooling.hpp>

namespace descent::inline v1 {
namespace {

/// Where the elements of the result lie on an axis of `in`.
struct AxisMap {
  Index in, out;
  double step;  ///< between elements, in elements of x
  bool corners;

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

constexpr double keys = -0.75;
/// Keys' kernel at distances up to 1, and from 1 to 2.
template <class X> X near_weight(const X& d) { return ((keys + 2) * d - (keys + 3)) * d * d + 1.0; }
template <class X> X far_weight(const X& d) { return ((keys * d - 5 * keys) * d + 8 * keys) * d - 4 * keys; }

Bands bands_of(const AxisMap& map, Interpolation by) {
  Bands bands{map.in, {}, {}, {}};
  for (Index q = 0; q < map.out; ++q) {
    double position = map.at(q);
    if (by == Interpolation::nearest || by == Interpolation::nearest_exact) {
      const double shift = by == Interpolation::nearest ? 0 : 0.5;
      add_row(bands, static_cast<Index>(std::floor(map.step * (static_cast<double>(q) + shift))), {1});
      continue;
    }
    if (by == Interpolation::linear) position = std::max(position, 0.0);
    const double whole = std::floor(position), t = position - whole;
    const auto first = static_cast<Index>(whole);
    if (by == Interpolation::linear) add_row(bands, first, t == 0 ? std::vector<double>{1} : std::vector<double>{1 - t, t});
    else add_row(bands, first - 1, {far_weight(t + 1), near_weight(t), near_weight(1 - t), far_weight(2 - t)});
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
    sizes.push_back(static_cast<Index>(std::floor(static_cast<double>(in) * factors[a])));
  }
  if (options.scale.empty()) options.scale = factors;
  return interpolate(given.arg(), sizes, options);
}

// ---- Grids

namespace {

/// Elements of x by their place in a list of rows, one for each position of all examples.
struct Image {
  Tensor rows;              ///< [n positions, c]
  std::vector<Index> size;  ///< of the spatial axes
};

/// A coordinate of all points, [n, points], with the size of its axis.
struct Coordinate {
  Tensor at;
  Index size;
};

/// |x| folded into [low, high] / 2 by mirrors at both.
Tensor reflected(const Tensor& x, double twice_low, double twice_high) {
  if (twice_low == twice_high) return x * 0.0;
  const double low = twice_low / 2, span = (twice_high - twice_low) / 2;
  const Tensor distance = abs(x - low);
  const Tensor times = stop_gradient(floor(distance / span));
  const Tensor rest = distance - times * span;
  return low + where(remainder(times, 2.0) == 0.0, rest, span - rest);
}

/// As the options say what is outside; zeros are seen to later.
Tensor brought_inside(const Tensor& x, Index size, const GridSampleOptions& options) {
  const auto last = static_cast<double>(size - 1);
  if (options.outside == Outside::zeros) return x;
  if (options.outside == Outside::border) return clamp(x, 0.0, last);
  return clamp(options.align_corners ? reflected(x, 0, 2 * last) : reflected(x, -1, 2 * last + 1), 0.0, last);
}

/// One neighbour along one axis: its element, clamped to the axis, and its weight, 0 where it is outside and outside is 0.
struct Neighbour {
  Tensor element, weight;
};

Neighbour neighbour(const Tensor& element, Tensor weight, Index size, const GridSampleOptions& options) {
  const auto last = static_cast<double>(size - 1);
  Tensor inside = element;
  if (options.outside == Outside::zeros) weight = where((element < 0.0) | (element > last), 0.0, std::move(weight));
  else if (options.by == Interpolation::cubic) inside = brought_inside(element, size, options);
  const Tensor known = where(inside == inside, inside, 0.0);  // a point that is NaN reads the first element and keeps its weight
  return {cast(clamp(known, 0.0, last), i64), std::move(weight)};
}

std::vector<Neighbour> neighbours(const Coordinate& c, const GridSampleOptions& options) {
  std::vector<Neighbour> all;
  const auto add = [&](const Tensor& element, Tensor weight) { all.push_back(neighbour(element, std::move(weight), c.size, options)); };
  if (options.by == Interpolation::cubic) {
    const Tensor whole = stop_gradient(floor(c.at)), t = c.at - whole;
    add(whole - 1.0, far_weight(t + 1.0));
    add(whole, near_weight(t));
    add(whole + 1.0, near_weight(1.0 - t));
    add(whole + 2.0, far_weight(2.0 - t));
    return all;
  }
  const Tensor at = brought_inside(c.at, c.size, options);
  if (options.by == Interpolation::linear) {
    const Tensor whole = stop_gradient(floor(at)), t = at - whole;
    add(whole, 1.0 - t);
    add(whole + 1.0, t);
  } else {
    const Tensor nearest = stop_gradient(round(at));
    add(nearest, where(at == at, ones_like(nearest), stop_gradient(at)));
  }
  return all;
}

/// The sum over the neighbours on all axes from `axis` on, at positions so far.
Tensor weighed(const Image& image, const std::vector<std::vector<Neighbour>>& axes, std::size_t axis, const Tensor& position,
               const Tensor& weight) {
  if (axis == axes.size()) {
    const Tensor rows = take(image.rows, position);                                  // [n, points, c]
    return absorb(rows, reshape(weight, Shape{weight.size(0), weight.size(1), 1}));  // what weighs 0 may be infinite
  }
  Tensor total;
  for (const Neighbour& next : axes[axis]) {
    const Tensor part =
        weighed(image, axes, axis + 1, position * image.size[axis] + next.element, weight.absent() ? next.weight : weight * next.weight);
    total = total.absent() ? part : std::move(total) + part;
  }
  return total;
}

}  // namespace

Tensor grid_sample(Arg x, Arg grid, const GridSampleOptions& options) {
  const Given image(std::move(x));
  const Given points(std::move(grid));
  const Shape shape = image.x.shape(), form = points.x.shape();
  const int axes = shape.rank() - 2;
  if (axes < 2 || axes > 3 || form.rank() != shape.rank() || form[0] != shape[0] || form.back() != axes)
    throw ShapeError("grid_sample: x is " + to_string(shape) + ", the grid " + to_string(form) +
                         "; x must be [n, c, h, w] with a grid of [n, a, b, 2], or [n, c, d, h, w] with one of [n, a, b, e, 3]",
                     image.where);
  if (shape.numel() == 0 && form.numel() != 0 && shape[1] != 0)
    throw ShapeError("grid_sample: x is " + to_string(shape) + "; it must have an element to read", image.where);
  const bool cubic = options.by == Interpolation::cubic;
  if (options.by == Interpolation::area || options.by == Interpolation::nearest || (cubic && axes != 2))
    throw ValueError("grid_sample: it interpolates by nearest_exact or linear, and by cubic on two axes", image.where);
  const Dtype dtype = promote(f32, promote(image.x.dtype(), points.x.dtype()));
  Index positions = 1, count = 1;
  std::vector<std::vector<Neighbour>> around;
  std::vector<Index> sizes(shape.begin() + 2, shape.end());
  for (const Index size : sizes) positions *= size;
  for (int i = 1; i <= axes; ++i) count *= form[i];
  const Tensor flat = reshape(cast(points.x, dtype), Shape{form[0], count, axes});
  for (int a = 0; a < axes; ++a) {
    const Index size = sizes[static_cast<std::size_t>(a)];
    const Tensor coordinate = slice(flat, {Slice{}, Slice{}, axes - 1 - a});  // [n, points]
    const auto n = static_cast<double>(size);
    const Tensor at = options.align_corners ? (coordinate + 1.0) * ((n - 1) / 2) : ((coordinate + 1.0) * n - 1.0) / 2.0;
    around.push_back(neighbours({at, size}, options));
  }
  // [n positions, c], so that all channels of a point are read at once
  const Image rows{
      reshape(transpose(reshape(cast(image.x, dtype), Shape{shape[0], shape[1], positions})), Shape{shape[0] * positions, shape[1]}),
      sizes};
  const Tensor example = broadcast_to(reshape(arange(shape[0]), Shape{shape[0], 1}), Shape{shape[0], count});
  const Tensor y = transpose(weighed(rows, around, 0, example, {}));  // [n, c, points]
  Shape result{shape[0], shape[1]};
  for (int i = 1; i <= axes; ++i) result = result.inserted(result.rank(), form[i]);
  return reshape(y, result);
}

Tensor affine_grid(Arg theta, const std::vector<Index>& sizes, bool align_corners) {
  const Given given(std::move(theta));
  const auto axes = static_cast<Index>(sizes.size());
  const Shape shape = given.x.shape();
  if (axes < 2 || axes > 3 || shape.rank() != 3 || shape[1] != axes || shape[2] != axes + 1 ||
      std::any_of(sizes.begin(), sizes.end(), [](Index n) { return n < 0; }))
    throw ShapeError("affine_grid: theta is " + to_string(shape) + " for " + std::to_string(axes) +
                         " sizes; it must be [n, 2, 3] for {h, w}, or [n, 3, 4] for {d, h, w}",
                     given.where);
  const Dtype dtype = promote(f32, given.x.dtype());
  const Shape points{sizes};
  std::vector<Tensor> columns;
  for (Index a = axes; a-- > 0;) {  // the last axis first
    const Index n = sizes[static_cast<std::size_t>(a)];
    Tensor line = linspace(-1, 1, n, dtype);
    if (n == 1) line = zeros({1}, dtype);
    if (!align_corners && n > 0) line = line * (static_cast<double>(n - 1) / static_cast<double>(n));
    const Shape beside = Shape(std::vector<Index>(sizes.size(), 1)).with(static_cast<int>(a), n);
    columns.push_back(reshape(broadcast_to(reshape(line, beside), points), Shape{points.numel(), 1}));
  }
  columns.push_back(ones({points.numel(), 1}, dtype));
  const Tensor base = concat(std::move(columns), 1);  // [points, axes + 1]
  const Tensor grid = matmul(base, given.arg(), {.transpose_b = true});
  return reshape(grid, points.inserted(0, shape[0]).inserted(points.rank() + 1, axes));
}

}  // namespace descent::inline v1
