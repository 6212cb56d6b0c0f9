#include <descent/autodiff/functions/select.hpp>

#include <limits>
#include <string>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1 {
namespace {

double greatest(Dtype dtype) { return dtype == f64 ? std::numeric_limits<double>::max() : double{std::numeric_limits<float>::max()}; }

}  // namespace

Tensor masked_fill(Arg x, Arg mask, Arg value) { return where(std::move(mask), std::move(value), std::move(x)); }

Tensor select(const std::vector<Tensor>& conditions, const std::vector<Tensor>& choices, Arg otherwise) {
  const std::source_location place = otherwise.where();
  if (conditions.size() != choices.size())
    throw ShapeError("select: " + std::to_string(conditions.size()) + " conditions and " + std::to_string(choices.size()) +
                         " choices; give one choice for each condition",
                     place);
  if (choices.empty()) return otherwise.take();
  Tensor result = where({conditions.back(), place}, {choices.back(), place}, std::move(otherwise));
  for (std::size_t i = choices.size() - 1; i-- > 0;) result = where({conditions[i], place}, {choices[i], place}, std::move(result));
  return result;
}

Tensor nan_to_num(Arg x, NanToNum replacements) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Tensor value = x.take();
  if (!is_floating(value.dtype())) return value;
  const double most = greatest(value.dtype());
  const Tensor finite =
      where(value == infinity, replacements.posinf.value_or(most), where(value == -infinity, replacements.neginf.value_or(-most), value));
  return where(isnan(value), replacements.nan, finite);
}

Tensor heaviside(Arg x, Arg at_zero) { return where(x == 0, std::move(at_zero), 0.5 * (sign(x) + 1)); }

}  // namespace descent::inline v1
