#include <descent/nn/loss/reduction.hpp>

#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/statistics.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::nn::detail {
namespace {

bool fit(const Shape& a, const Shape& b) {
  if (a == b) return true;
  if (!broadcasts(a, b)) return false;
  const Shape together = broadcast("", a, b);
  return together == a || together == b;
}

}  // namespace

Tensor reduced(const char* who, Tensor losses, Reduction reduction, std::source_location where) {
  if (reduction == Reduction::none) return losses;
  if (reduction == Reduction::sum) return sum(std::move(losses));
  if (losses.numel() == 0)
    throw ShapeError(fmt::format("{}: the mean of no loss ({}); give a batch of at least one, or ask for Reduction::sum", who,
                                 to_string(losses.shape())),
                     where);
  return mean(std::move(losses));
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

void require_positive(const char* who, const char* what, double value, std::source_location where) {
  if (!(value > 0) || !std::isfinite(value))
    throw ValueError(fmt::format("{}: {} is {}; it must be finite and above 0", who, what, value), where);
}

}  // namespace descent::inline v1::nn::detail
