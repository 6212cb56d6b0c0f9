#include <descent/nn/loss.hpp>

#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::nn {
namespace {

Tensor reduced(const char* who, Tensor losses, Reduction reduction, std::source_location where) {
  if (reduction == Reduction::none) return losses;
  if (reduction == Reduction::sum) return sum(std::move(losses));
  if (losses.numel() == 0)
    throw ShapeError(fmt::format("{}: the mean of no loss ({}); give a batch of at least one, or ask for Reduction::sum", who,
                                 to_string(losses.shape())),
                     where);
  return mean(std::move(losses));
}

bool fit(const Shape& a, const Shape& b) {
  if (a == b) return true;
  if (!broadcasts(a, b)) return false;
  const Shape together = broadcast("", a, b);
  return together == a || together == b;
}

void require_fit(const char* who, const Arg& prediction, const Arg& target) {
  if (prediction.is_number() || target.is_number()) return;
  const Shape a = prediction.tensor().shape();
  const Shape b = target.tensor().shape();
  if (!fit(a, b))
    throw ShapeError(fmt::format("{}: the prediction is {} and the target {}; one must broadcast to the shape of the other, reshape it",
                                 who, to_string(a), to_string(b)),
                     prediction.where());
}

Tensor distance(const char* who, Arg prediction, Arg target) {
  require_fit(who, prediction, target);
  return sub(std::move(prediction), std::move(target));
}

[[noreturn]] void throw_shapes(const Tensor& targets, const Shape& logits, std::source_location where) {
  throw ShapeError(
      fmt::format("cross_entropy: targets are {} for logits {}; they must be {} (integer classes) or {} (soft)",
                  to_string(abstract_of(targets)), to_string(logits), to_string(logits.without(logits.rank() - 1)), to_string(logits)),
      where);
}

void require_classes(const Tensor& targets, Index classes, Index ignored, std::source_location where) {
  if (targets.abstract()) return;
  Index row = 0;
  for (const Index target : targets.to_vector<Index>()) {
    if (target != ignored && (target < 0 || target >= classes))
      throw IndexError(fmt::format("cross_entropy: the target of row {} is {}; it must be a class from 0 to {}, or the ignored index {}",
                                   row, target, classes - 1, ignored),
                       where);
    ++row;
  }
}

Tensor of_classes(const Tensor& log_probability, const Tensor& targets, const CrossEntropyOptions& options, std::source_location where) {
  const Shape rows = log_probability.shape().without(log_probability.rank() - 1);
  if (targets.dtype() == boolean)
    throw DtypeError("cross_entropy: the targets are bool; they must be integers (classes) or floating (soft), cast them first", where);
  if (targets.shape() != rows) throw_shapes(targets, log_probability.shape(), where);
  require_classes(targets, log_probability.size(-1), options.ignore_index, where);
  const Tensor counts = targets != options.ignore_index;
  const Tensor column = reshape(descent::where(counts, targets, 0), rows.inserted(rows.rank(), 1));
  const Tensor losses = descent::where(counts, -reshape(take_along_axis(log_probability, column, -1), rows), 0.0);
  if (options.reduction != Reduction::mean || losses.numel() == 0) return reduced("cross_entropy", losses, options.reduction, where);
  return sum(losses) / maximum(sum(counts), 1);
}

}  // namespace

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
  if (!(delta > 0) || !std::isfinite(delta))
    throw ValueError(fmt::format("huber: delta is {}; it must be finite and above 0", delta), where);
  const Tensor d = distance("huber", std::move(prediction), std::move(target));
  const Tensor far = abs(d);
  return reduced("huber", descent::where(far < delta, 0.5 * square(d), delta * (far - 0.5 * delta)), reduction, where);
}

Tensor cross_entropy(Arg logits, const Tensor& targets, CrossEntropyOptions options) {
  const std::source_location where = logits.where();
  const Tensor x = logits.take();
  if (x.rank() == 0 || x.size(-1) == 0)
    throw ShapeError(
        fmt::format("cross_entropy: the logits are {}; their last axis must hold the classes, at least one", to_string(x.shape())), where);
  const Tensor log_probability = log_softmax({x, where}, -1);
  if (!is_floating(targets.dtype())) return of_classes(log_probability, targets, options, where);
  if (targets.shape() != x.shape()) throw_shapes(targets, x.shape(), where);
  return reduced("cross_entropy", -sum(absorb(targets, log_probability), -1), options.reduction, where);
}

Tensor binary_cross_entropy_with_logits(Arg logits, Arg targets, Reduction reduction) {
  constexpr const char* who = "binary_cross_entropy_with_logits";
  const std::source_location where = logits.where();
  require_fit(who, logits, targets);
  return reduced(who, sigmoid_cross_entropy(std::move(logits), std::move(targets)), reduction, where);
}

}  // namespace descent::inline v1::nn
