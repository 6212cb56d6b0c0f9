#include <descent/nn/loss/classification.hpp>

#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/nn/loss/targets.hpp>

namespace descent::inline v1::nn {

using detail::reduced;
using detail::require_fit;

namespace {

void require_weight(const char* who, const Tensor& weight, const Shape& losses, std::source_location where) {
  if (weight.present() && (!broadcasts(weight.shape(), losses) || broadcast("", weight.shape(), losses) != losses))
    throw ShapeError(
        fmt::format("{}: a weight is {}; it must broadcast to the losses, {}", who, to_string(weight.shape()), to_string(losses)), where);
}

/// Losses whose target was not ignored, and what the mean divides by.
struct Weighed {
  Tensor losses;  // 0 where ignored
  Tensor counts;  // 0 where ignored
};

Tensor reduced(const char* who, Weighed weighed, Reduction reduction, std::source_location where) {
  if (reduction != Reduction::mean || weighed.losses.numel() == 0) return reduced(who, weighed.losses, reduction, where);
  const Tensor count = sum(weighed.counts);
  return sum(weighed.losses) / descent::where(count == 0, 1, count);
}

/// -weight[target] log_probability[target], and with `smoothing` the mean of all classes' as that part of it.
Weighed of_classes(const char* who, const Tensor& log_probability, const Tensor& targets, Index ignored, const Tensor& weight,
                   double smoothing, std::source_location where) {
  const Index classes = log_probability.size(-1);
  const Shape rows = log_probability.shape().without(log_probability.rank() - 1);
  if (targets.dtype() == boolean)
    throw DtypeError(fmt::format("{}: the targets are bool; they must be integers (classes) or floating (soft), cast them first", who),
                     where);
  if (targets.shape() != rows) detail::throw_targets(who, targets, log_probability.shape(), where);
  detail::require_classes(who, targets, classes, ignored, where);
  const Tensor counted = targets != ignored;
  const Tensor column = reshape(descent::where(counted, targets, 0), rows.inserted(rows.rank(), 1));
  Tensor losses = -reshape(take_along_axis(log_probability, column, -1), rows);
  Tensor weights = counted;
  if (weight.present()) {
    const Tensor of_target = reshape(take(weight, column), rows);
    losses = of_target * losses;
    weights = descent::where(counted, of_target, 0);
  }
  if (smoothing > 0) {
    const Tensor spread = -mean(weight.present() ? weight * log_probability : log_probability, -1);
    losses = (1 - smoothing) * losses + smoothing * spread;
  }
  return {descent::where(counted, losses, 0), weights};
}

void require_class_weights(const char* who, const Tensor& weight, const Shape& logits, std::source_location where) {
  if (weight.present() && weight.shape() != Shape{logits.back()})
    throw ShapeError(fmt::format("{}: the weights are {} for logits {}; they must be [{}], one for each class", who,
                                 to_string(weight.shape()), to_string(logits), logits.back()),
                     where);
}

}  // namespace

Tensor cross_entropy(Arg logits, const Tensor& targets, CrossEntropyOptions options) {
  constexpr const char* who = "cross_entropy";
  const std::source_location where = logits.where();
  const Tensor x = logits.take();
  detail::require_class_axis(who, "logits", x, where);
  require_class_weights(who, options.weight, x.shape(), where);
  const double smoothing = options.label_smoothing;
  if (!(smoothing >= 0 && smoothing <= 1))
    throw ValueError(fmt::format("{}: label_smoothing is {}; it must lie in [0, 1]", who, smoothing), where);
  const Tensor log_probability = log_softmax({x, where}, -1);
  if (!is_floating(targets.dtype()))
    return reduced(who, of_classes(who, log_probability, targets, options.ignore_index, options.weight, smoothing, where),
                   options.reduction, where);
  if (targets.shape() != x.shape()) detail::throw_targets(who, targets, x.shape(), where);
  Tensor shares = smoothing > 0 ? (1 - smoothing) * targets + smoothing / static_cast<double>(x.size(-1)) : targets;
  if (options.weight.present()) shares = shares * options.weight;
  return detail::reduced(who, -sum(absorb(shares, log_probability), -1), options.reduction, where);
}

Tensor nll(Arg log_probability, const Tensor& targets, NllOptions options) {
  const std::source_location where = log_probability.where();
  const Tensor x = log_probability.take();
  detail::require_class_axis("nll", "log probabilities", x, where);
  require_class_weights("nll", options.weight, x.shape(), where);
  return reduced("nll", of_classes("nll", x, targets, options.ignore_index, options.weight, 0, where), options.reduction, where);
}

Tensor binary_cross_entropy_with_logits(Arg logits, Arg targets, Reduction reduction) {
  constexpr const char* who = "binary_cross_entropy_with_logits";
  const std::source_location where = logits.where();
  require_fit(who, logits, targets);
  return detail::reduced(who, sigmoid_cross_entropy(std::move(logits), std::move(targets)), reduction, where);
}

Tensor binary_cross_entropy_with_logits(Arg logits, Arg targets, const BinaryCrossEntropyOptions& options) {
  constexpr const char* who = "binary_cross_entropy_with_logits";
  const std::source_location where = logits.where();
  require_fit(who, logits, targets);
  const Tensor x = logits.take(), t = targets.take();
  const Shape shape = broadcast(who, x.shape(), t.shape());
  require_weight(who, options.weight, shape, where);
  require_weight(who, options.positive_weight, shape, where);
  Tensor losses = options.positive_weight.absent() ? sigmoid_cross_entropy(x, t)
                                                   : absorb(options.positive_weight * t, softplus(-x)) + absorb(1 - t, softplus(x));
  if (options.weight.present()) losses = losses * options.weight;
  return detail::reduced(who, std::move(losses), options.reduction, where);
}

Tensor binary_cross_entropy(Arg probability, Arg target, Reduction reduction) {
  constexpr const char* who = "binary_cross_entropy";
  const std::source_location where = probability.where();
  require_fit(who, probability, target);
  const Tensor p = probability.take(), t = target.take();
  const Tensor losses = -(t * clamp(log(p), -100, HUGE_VAL) + (1 - t) * clamp(log1p(-p), -100, HUGE_VAL));
  return detail::reduced(who, losses, reduction, where);
}

Tensor multilabel_soft_margin(Arg logits, Arg targets, const Tensor& weight, Reduction reduction) {
  constexpr const char* who = "multilabel_soft_margin";
  const std::source_location where = logits.where();
  require_fit(who, logits, targets);
  Tensor losses = sigmoid_cross_entropy(std::move(logits), std::move(targets));
  detail::require_class_axis(who, "logits", losses, where);
  require_weight(who, weight, losses.shape(), where);
  if (weight.present()) losses = losses * weight;
  return detail::reduced(who, mean(losses, -1), reduction, where);
}

Tensor focal(Arg logits, Arg targets, FocalOptions options) {
  const std::source_location where = logits.where();
  if (!(options.gamma >= 0) || !std::isfinite(options.gamma))
    throw ValueError(fmt::format("focal: gamma is {}; it must be finite and 0 or more", options.gamma), where);
  if (options.alpha && !(*options.alpha >= 0 && *options.alpha <= 1))
    throw ValueError(fmt::format("focal: alpha is {}; it must lie in [0, 1]", *options.alpha), where);
  require_fit("focal", logits, targets);
  const Tensor x = logits.take(), t = targets.take();
  const Tensor wrong = t * sigmoid(-x) + (1 - t) * sigmoid(x);  // 1 - p_t
  Tensor losses = absorb(pow(wrong, options.gamma), sigmoid_cross_entropy(x, t));
  if (options.alpha) losses = (*options.alpha * t + (1 - *options.alpha) * (1 - t)) * losses;
  return detail::reduced("focal", std::move(losses), options.reduction, where);
}

Tensor kl_div(Arg log_probability, Arg target, KlOptions options) {
  const std::source_location where = log_probability.where();
  require_fit("kl_div", log_probability, target);
  const Tensor x = log_probability.take(), t = target.take();
  const Tensor losses = options.log_target ? absorb(exp(t), t - x) : xlogy(t, t) - absorb(t, x);
  return detail::reduced("kl_div", losses, options.reduction, where);
}

Tensor jensen_shannon(Arg p, Arg q, Reduction reduction) {
  const std::source_location where = p.where();
  require_fit("jensen_shannon", p, q);
  const Tensor x = p.take(), y = q.take();
  const Tensor middle = 0.5 * (x + y);
  detail::require_class_axis("jensen_shannon", "probabilities", middle, where);
  const auto part = [&](const Tensor& z) { return xlogy(z, descent::where(middle == 0, 1, z / middle)); };
  return detail::reduced("jensen_shannon", 0.5 * sum(part(x) + part(y), -1), reduction, where);
}

Tensor tversky(Arg probability, Arg target, double alpha, double beta, OverlapOptions options) {
  const std::source_location where = probability.where();
  const Tensor p = probability.take(), t = target.take();
  detail::require_equal_shapes("tversky", p, t, where);
  const auto total = [&](const Tensor& x) { return sum({x, where}, options.axes); };
  const Tensor both = total(p * t) + options.smooth;
  return detail::reduced("tversky", 1 - both / (both + alpha * total(p * (1 - t)) + beta * total((1 - p) * t)), options.reduction, where);
}

Tensor dice(Arg probability, Arg target, OverlapOptions options) {
  const std::source_location where = probability.where();
  const Tensor p = probability.take(), t = target.take();
  detail::require_equal_shapes("dice", p, t, where);
  const auto total = [&](const Tensor& x) { return sum({x, where}, options.axes); };
  return detail::reduced("dice", 1 - (2 * total(p * t) + options.smooth) / (total(p) + total(t) + options.smooth), options.reduction,
                         where);
}

}  // namespace descent::inline v1::nn
