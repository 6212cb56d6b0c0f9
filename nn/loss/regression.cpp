#include <descent/nn/loss/regression.hpp>

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::nn {

using detail::distance;
using detail::reduced;
using detail::require_positive;

Tensor mse(Arg prediction, Arg target, Reduction reduction) {
  const std::source_location where = prediction.where();
  return reduced("mse", square(distance("mse", std::move(prediction), std::move(target))), reduction, where);
}

Tensor mae(Arg prediction, Arg target, Reduction reduction) {
  const std::source_location where = prediction.where();
  return reduced("mae", abs(distance("mae", std::move(prediction), std::move(target))), reduction, where);
}

Tensor huber(Arg prediction, Arg target, double delta, Reduction reduction) {
  const std::source_location where = prediction.where();
  require_positive("huber", "delta", delta, where);
  const Tensor d = distance("huber", std::move(prediction), std::move(target));
  const Tensor far = abs(d);
  return reduced("huber", descent::where(far < delta, 0.5 * square(d), delta * (far - 0.5 * delta)), reduction, where);
}

Tensor smooth_l1(Arg prediction, Arg target, double beta, Reduction reduction) {
  const std::source_location where = prediction.where();
  if (!(beta >= 0) || !std::isfinite(beta))
    throw ValueError(fmt::format("smooth_l1: beta is {}; it must be finite and 0 or more", beta), where);
  const Tensor d = distance("smooth_l1", std::move(prediction), std::move(target));
  const Tensor far = abs(d);
  if (beta == 0) return reduced("smooth_l1", far, reduction, where);
  return reduced("smooth_l1", descent::where(far < beta, square(d) / (2 * beta), far - 0.5 * beta), reduction, where);
}

Tensor log_cosh(Arg prediction, Arg target, Reduction reduction) {
  const std::source_location where = prediction.where();
  return reduced("log_cosh", descent::log_cosh(distance("log_cosh", std::move(prediction), std::move(target))), reduction, where);
}

Tensor pinball(Arg prediction, Arg target, double level, Reduction reduction) {
  const std::source_location where = prediction.where();
  if (!(level >= 0 && level <= 1)) throw ValueError(fmt::format("pinball: the level is {}; it must lie in [0, 1]", level), where);
  const Tensor over = distance("pinball", std::move(prediction), std::move(target));
  return reduced("pinball", level * relu(-over) + (1 - level) * relu(over), reduction, where);
}

Tensor cauchy(Arg prediction, Arg target, double scale, Reduction reduction) {
  const std::source_location where = prediction.where();
  require_positive("cauchy", "the scale", scale, where);
  const Tensor d = distance("cauchy", std::move(prediction), std::move(target));
  return reduced("cauchy", 0.5 * scale * scale * log1p(square(d / scale)), reduction, where);
}

Tensor geman_mcclure(Arg prediction, Arg target, double scale, Reduction reduction) {
  const std::source_location where = prediction.where();
  require_positive("geman_mcclure", "the scale", scale, where);
  const Tensor d = distance("geman_mcclure", std::move(prediction), std::move(target));
  return reduced("geman_mcclure", 0.5 * square(scale * (d / hypot(d, scale))), reduction, where);
}

// 1 - (1 - u)^3 = u (3 - 3 u + u^2), which keeps its digits near 0.
Tensor tukey(Arg prediction, Arg target, double scale, Reduction reduction) {
  const std::source_location where = prediction.where();
  require_positive("tukey", "the scale", scale, where);
  const Tensor u = square(distance("tukey", std::move(prediction), std::move(target)) / scale);
  return reduced("tukey", scale * scale / 6 * descent::where(u >= 1, 1, u * (3 - 3 * u + square(u))), reduction, where);
}

Tensor poisson_nll(Arg prediction, Arg target, PoissonOptions options) {
  const std::source_location where = prediction.where();
  detail::require_fit("poisson_nll", prediction, target);
  const Tensor x = prediction.take(), t = target.take();
  Tensor losses = options.log_input ? exp(x) - t * x : x - t * log(x + options.eps);
  if (options.full) losses = losses + descent::where(t > 1, t * log(t) - t + 0.5 * log(2 * std::numbers::pi * t), 0);
  return reduced("poisson_nll", losses, options.reduction, where);
}

Tensor gaussian_nll(Arg mean, Arg target, Arg variance, GaussianOptions options) {
  const std::source_location where = mean.where();
  require_positive("gaussian_nll", "eps", options.eps, where);
  const Tensor d = distance("gaussian_nll", std::move(mean), std::move(target));
  const Tensor given = variance.take();
  if (!broadcasts(given.shape(), d.shape()) || broadcast("", given.shape(), d.shape()) != d.shape())
    throw ShapeError(fmt::format("gaussian_nll: the variance is {}; it must broadcast to mean and target, {}", to_string(given.shape()),
                                 to_string(d.shape())),
                     where);
  const Tensor v = clamp(cast(given, promote(f32, given.dtype())), options.eps, HUGE_VAL);
  const Tensor losses = 0.5 * (log(v) + square(d) / v);
  return reduced("gaussian_nll", options.full ? losses + 0.5 * std::log(2 * std::numbers::pi) : losses, options.reduction, where);
}

Tensor total_variation(Arg images, Reduction reduction) {
  const Given given(std::move(images));
  if (given.x.rank() < 2)
    throw ShapeError(fmt::format("total_variation: the images are {}; they must be [..., h, w]", to_string(given.x.shape())), given.where);
  const auto along = [&](Index axis) {
    const Tensor line = moveaxis(given.x, axis, -1);
    std::vector<AxisSlice> after(static_cast<std::size_t>(line.rank()), AxisSlice(Slice{})), before = after;
    after.back() = AxisSlice(Slice{.start = 1});
    before.back() = AxisSlice(Slice{.stop = -1});
    return sum(abs(slice(line, after) - slice(line, before)), {-2, -1});
  };
  return reduced("total_variation", along(-1) + along(-2), reduction, given.where);
}

}  // namespace descent::inline v1::nn
