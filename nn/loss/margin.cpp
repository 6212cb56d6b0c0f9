#include <descent/nn/loss/margin.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/nn/loss/targets.hpp>

namespace descent::inline v1::nn {

using detail::reduced;
using detail::require_fit;

namespace {

void require_integers(const char* who, const Tensor& targets, std::source_location where) {
  if (!is_integer(targets.dtype()))
    throw DtypeError(fmt::format("{}: the targets are {}; they must be integers (classes)", who, name_of(targets.dtype())), where);
}

}  // namespace

Tensor hinge(Arg prediction, Arg target, Reduction reduction) {
  const std::source_location where = prediction.where();
  require_fit("hinge", prediction, target);
  return reduced("hinge", relu(1 - mul(std::move(prediction), std::move(target))), reduction, where);
}

Tensor squared_hinge(Arg prediction, Arg target, Reduction reduction) {
  const std::source_location where = prediction.where();
  require_fit("squared_hinge", prediction, target);
  return reduced("squared_hinge", square(relu(1 - mul(std::move(prediction), std::move(target)))), reduction, where);
}

Tensor soft_margin(Arg prediction, Arg target, Reduction reduction) {
  const std::source_location where = prediction.where();
  require_fit("soft_margin", prediction, target);
  return reduced("soft_margin", softplus(-mul(std::move(prediction), std::move(target))), reduction, where);
}

Tensor hinge_embedding(Arg distance, Arg target, double margin, Reduction reduction) {
  const std::source_location where = distance.where();
  require_fit("hinge_embedding", distance, target);
  const Tensor x = distance.take(), t = target.take();
  const Tensor near = descent::where(t != -1, x, 0), far = descent::where(t != 1, relu(margin - x), 0);
  return reduced("hinge_embedding", near + far, reduction, where);
}

Tensor margin_ranking(Arg x, Arg y, Arg target, double margin, Reduction reduction) {
  const std::source_location where = x.where();
  Arg above{detail::distance("margin_ranking", std::move(x), std::move(y)), where};
  require_fit("margin_ranking", above, target);
  return reduced("margin_ranking", relu(margin - mul(std::move(target), std::move(above))), reduction, where);
}

Tensor multi_margin(Arg logits, const Tensor& targets, MultiMarginOptions options) {
  constexpr const char* who = "multi_margin";
  const std::source_location where = logits.where();
  const Tensor x = logits.take();
  detail::require_class_axis(who, "logits", x, where);
  require_integers(who, targets, where);
  const Index classes = x.size(-1);
  const Shape rows = x.shape().without(x.rank() - 1);
  if (targets.shape() != rows)
    throw ShapeError(fmt::format("{}: the targets are {} for logits {}; they must be {}", who, to_string(targets.shape()),
                                 to_string(x.shape()), to_string(rows)),
                     where);
  if (options.power != 1 && options.power != 2)
    throw ValueError(fmt::format("{}: the power is {}; it must be 1 or 2", who, options.power), where);
  if (options.weight.present() && options.weight.shape() != Shape{classes})
    throw ShapeError(
        fmt::format("{}: the weights are {}; they must be [{}], one for each class", who, to_string(options.weight.shape()), classes),
        where);
  detail::require_classes(who, targets, classes, 0, where);
  const Tensor column = reshape(targets, rows.inserted(rows.rank(), 1));
  Tensor over = relu(options.margin - take_along_axis(x, column, -1) + x);
  if (options.power == 2) over = square(over);
  if (options.weight.present()) over = over * take(options.weight, column);
  const Tensor wrong = not_equal(arange(classes), column);
  return reduced(who, sum(descent::where(wrong, over, 0), -1) / static_cast<double>(classes), options.reduction, where);
}

Tensor multilabel_margin(Arg logits, const Tensor& targets, Reduction reduction) {
  constexpr const char* who = "multilabel_margin";
  const std::source_location where = logits.where();
  const Tensor x = logits.take();
  detail::require_class_axis(who, "logits", x, where);
  require_integers(who, targets, where);
  detail::require_equal_shapes(who, x, targets, where);
  const Index classes = x.size(-1);
  detail::require_classes(who, targets, classes, -1, where);
  // Targets count up to the first -1.
  const Tensor ends = targets < 0;
  const Tensor length = descent::where(any(ends, -1, keep_axes), argmax(cast(ends, i32), -1, keep_axes), classes);
  const Tensor counted = arange(classes) < length;  // [..., classes]
  const Tensor safe = descent::where(counted, targets, 0);
  const Tensor right = any(logical_and(one_hot(safe, classes, boolean), expand_dims(counted, -1)), -2);  // [..., classes]
  const Tensor pairs = logical_and(expand_dims(counted, -1), expand_dims(!right, -2));                   // [..., target, wrong]
  const Tensor over = relu(1 - expand_dims(take_along_axis(x, safe, -1), -1) + expand_dims(x, -2));
  return reduced(who, sum(descent::where(pairs, over, 0), {-2, -1}) / static_cast<double>(classes), reduction, where);
}

}  // namespace descent::inline v1::nn
