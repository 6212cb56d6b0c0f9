#include <descent/autodiff/functions/normalising.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>
#include <descent/autodiff/functions/statistics.hpp>

namespace descent::inline v1 {
namespace {

void require_finite(const char* who, const char* what, double value, std::source_location where) {
  if (!std::isfinite(value))
    throw ValueError(std::string(who) + ": " + what + " is " + std::to_string(value) + "; it must be finite", where);
}

void require_rank(const char* who, const Given& x, int least, const char* form) {
  if (x.x.rank() < least) throw ShapeError(std::string(who) + ": x is " + to_string(x.x.shape()) + "; it must be " + form, x.where);
}

/// y * weight + bias, both seen in the shape `as`.
Tensor affine(Tensor y, const NormOptions& options, const Shape& as) {
  if (options.weight.present()) y = std::move(y) * reshape(options.weight, as);
  if (options.bias.present()) y = std::move(y) + reshape(options.bias, as);
  return y;
}

/// y * weight + bias, which broadcast to y's shape.
Tensor affine(const char* who, Tensor y, const NormOptions& options, std::source_location where) {
  for (const Tensor* part : {&options.weight, &options.bias})
    if (part->present() && (!broadcasts(part->shape(), y.shape()) || broadcast(who, part->shape(), y.shape()) != y.shape()))
      throw ShapeError(std::string(who) + ": the " + (part == &options.weight ? "weight" : "bias") + " is " + to_string(part->shape()) +
                           "; it must broadcast to x, " + to_string(y.shape()),
                       where);
  if (options.weight.present()) y = std::move(y) * options.weight;
  return options.bias.present() ? std::move(y) + options.bias : y;
}

/// [channels] seen beside x: [channels, 1, ...], one axis less than x.
Shape beside_channels(const Shape& x) { return Shape(std::vector<Index>(static_cast<std::size_t>(x.rank() - 1), 1)).with(0, x[1]); }

void require_of_channels(const char* who, const char* what, const Tensor& part, const Given& x) {
  if (part.present() && part.shape() != Shape{x.x.size(1)})
    throw ShapeError(std::string(who) + ": the " + what + " is " + to_string(part.shape()) + " for x " + to_string(x.x.shape()) +
                         "; it must be [" + std::to_string(x.x.size(1)) + "], one number for each channel",
                     x.where);
}

void require_of_channels(const char* who, const NormOptions& options, const Given& x) {
  require_of_channels(who, "weight", options.weight, x);
  require_of_channels(who, "bias", options.bias, x);
}

/// All axes from `first` on.
Axes axes_from(int first, int rank) {
  std::vector<Index> axes;
  for (int axis = first; axis < rank; ++axis) axes.push_back(axis);
  return Axes(std::span<const Index>(axes));
}

/// All axes but the second.
Axes all_but_channels(int rank) {
  std::vector<Index> axes{0};
  for (int axis = 2; axis < rank; ++axis) axes.push_back(axis);
  return Axes(std::span<const Index>(axes));
}

}  // namespace

Tensor layer_norm(Arg x, Axes axes, const NormOptions& options) {
  const Given given(std::move(x));
  require_finite("layer_norm", "eps", options.eps, given.where);
  located(given.where, [&] { return axes.mask("layer_norm", given.x.rank()); });
  return affine("layer_norm", standardise(given.x, axes, options.eps).value, options, given.where);
}

Tensor rms_norm(Arg x, Axes axes, const NormOptions& options) {
  const Given given(std::move(x));
  require_finite("rms_norm", "eps", options.eps, given.where);
  located(given.where, [&] { return axes.mask("rms_norm", given.x.rank()); });
  return affine("rms_norm", given.x * rsqrt(mean(square(given.x), axes, keep_axes) + options.eps), options, given.where);
}

Tensor group_norm(Arg x, Index groups, const NormOptions& options) {
  const Given given(std::move(x));
  require_finite("group_norm", "eps", options.eps, given.where);
  require_rank("group_norm", given, 2, "[n, channels, ...]");
  require_of_channels("group_norm", options, given);
  const Shape shape = given.x.shape();
  if (groups < 1 || shape[1] % groups != 0)
    throw ShapeError("group_norm: the " + std::to_string(shape[1]) + " channels of " + to_string(shape) + " cannot be cut into " +
                         std::to_string(groups) + " equal groups",
                     given.where);
  Index inside = shape[1] / groups;
  for (int axis = 2; axis < shape.rank(); ++axis) inside *= shape[axis];
  const Tensor grouped = reshape(given.x, Shape{shape[0], groups, inside});
  return affine(reshape(standardise(grouped, -1, options.eps).value, shape), options, beside_channels(shape));
}

Tensor instance_norm(Arg x, const NormOptions& options) {
  const Given given(std::move(x));
  require_finite("instance_norm", "eps", options.eps, given.where);
  require_rank("instance_norm", given, 3, "[n, channels, ...] with an axis to take the mean over");
  require_of_channels("instance_norm", options, given);
  return affine(standardise(given.x, axes_from(2, given.x.rank()), options.eps).value, options, beside_channels(given.x.shape()));
}

Tensor batch_norm(Arg x, const BatchStatistics& statistics, const NormOptions& options) {
  const Given given(std::move(x));
  require_finite("batch_norm", "eps", options.eps, given.where);
  require_rank("batch_norm", given, 2, "[n, channels, ...]");
  if (statistics.mean.absent() || statistics.variance.absent())
    throw ShapeError("batch_norm: the statistics are absent; give the mean and variance of each channel, or use batch_norm_training",
                     given.where);
  require_of_channels("batch_norm", "mean", statistics.mean, given);
  require_of_channels("batch_norm", "variance", statistics.variance, given);
  require_of_channels("batch_norm", options, given);
  const Shape as = beside_channels(given.x.shape());
  const Tensor unit = (given.x - reshape(statistics.mean, as)) * rsqrt(reshape(statistics.variance, as) + options.eps);
  return affine(unit, options, as);
}

BatchNormed batch_norm_training(Arg x, const BatchStatistics& running, double momentum, const NormOptions& options) {
  const Given given(std::move(x));
  require_finite("batch_norm_training", "eps", options.eps, given.where);
  require_finite("batch_norm_training", "momentum", momentum, given.where);
  require_rank("batch_norm_training", given, 2, "[n, channels, ...]");
  require_of_channels("batch_norm_training", "running mean", running.mean, given);
  require_of_channels("batch_norm_training", "running variance", running.variance, given);
  require_of_channels("batch_norm_training", options, given);
  const Shape shape = given.x.shape();
  const Index count = shape[1] == 0 ? 2 : shape.numel() / shape[1];
  if (count == 1)
    throw ValueError(
        "batch_norm_training: x is " + to_string(shape) + ", one element for each channel, which has no variance; give a larger batch",
        given.where);
  const Axes axes = all_but_channels(shape.rank());
  const Standardised unit = standardise(given.x, axes, options.eps);
  const auto channels = [&](const Tensor& of) { return reshape(stop_gradient(of), Shape{shape[1]}); };
  const auto moved = [&](const Tensor& from, const Tensor& to) {
    return from.absent() ? to : (1 - momentum) * stop_gradient(from) + momentum * to;
  };
  const double correction = static_cast<double>(count) / static_cast<double>(count - 1);
  BatchStatistics next{moved(running.mean, channels(unit.mean)), moved(running.variance, channels(unit.variance) * correction)};
  return {affine(unit.value, options, beside_channels(shape)), std::move(next)};
}

Tensor local_response_norm(Arg x, Index size, LocalResponseOptions options) {
  const Given given(std::move(x));
  require_rank("local_response_norm", given, 2, "[n, channels, ...]");
  if (size < 1) throw ValueError("local_response_norm: " + std::to_string(size) + " channels; there must be at least 1", given.where);
  const Shape shape = given.x.shape();
  std::vector<Padding> widths(static_cast<std::size_t>(shape.rank()));
  widths[1] = {size / 2, (size - 1) / 2};
  const Tensor squares = pad(square(given.x), widths);
  Tensor total;
  for (Index i = 0; i < size; ++i) {
    const Tensor neighbours = slice(squares, {Slice{}, Slice{i, i + shape[1]}});
    total = total.absent() ? neighbours : std::move(total) + neighbours;
  }
  return given.x * pow(options.k + options.alpha / static_cast<double>(size) * total, -options.beta);
}

Tensor softmin(Arg x, Axes axes) {
  const std::source_location where = x.where();
  return softmax({-std::move(x), where}, axes);
}

// With t such that sum relu(x - t) = 1 the result is relu(x - t). The sum falls with t, so halving finds which elements are positive; of
// those, t follows exactly, and so do its derivatives.
Tensor sparsemax(Arg x, Index axis) {
  const Given given(std::move(x));
  const int at = given.axis("sparsemax", axis);
  if (given.x.size(at) == 0)
    throw ShapeError("sparsemax: axis " + std::to_string(at) + " of " + to_string(given.x.shape()) + " has no element", given.where);
  const Tensor floating = cast(given.x, promote(f32, given.x.dtype()));
  const Tensor below = floating - stop_gradient(max(floating, at, keep_axes));  // the greatest is 0
  const Tensor values = stop_gradient(below);
  Tensor low = full(values.shape().with(at, 1), -1, values.dtype());
  Tensor high = zeros(low.shape(), values.dtype());
  for (int halvings = values.dtype() == f64 ? 60 : 32; halvings > 0; --halvings) {
    const Tensor middle = 0.5 * (low + high);
    const Tensor enough = sum(relu(values - middle), at, keep_axes) >= 1;
    low = where(enough, middle, low);
    high = where(enough, high, middle);
  }
  const Tensor positive = values > low;
  const Tensor level = (sum(where(positive, below, 0), at, keep_axes) - 1) / sum(positive, at, keep_axes);
  return where(positive, relu(below - level), 0);
}

}  // namespace descent::inline v1
