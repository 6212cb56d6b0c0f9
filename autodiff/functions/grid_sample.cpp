#include <descent/autodiff/functions/grid_sample.hpp>

#include <algorithm>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/cubic.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
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

/// x folded into [twice_low, twice_high] / 2 by mirrors at both ends.
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
    add(whole - 1.0, cubic::far_weight(t + 1.0));
    add(whole, cubic::near_weight(t));
    add(whole + 1.0, cubic::near_weight(1.0 - t));
    add(whole + 2.0, cubic::far_weight(2.0 - t));
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
  if (options.by == Interpolation::area || options.by == Interpolation::nearest || (options.by == Interpolation::cubic && axes != 2))
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
