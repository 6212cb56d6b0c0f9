#include <descent/autodiff/functions/norms.hpp>

#include <cmath>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {
namespace {

/// Any finite ord but 0, 1 and 2. The norm is homogeneous, so the scale taken out is a constant to every derivative.
Tensor power_norm(const Tensor& sizes, double ord, const Axes& axes, KeepAxes keep) {
  if (sizes.numel() == 0) return pow(sum(sizes, axes, keep), 1 / ord);
  const Tensor greatest = stop_gradient(max(sizes, axes, keep_axes));
  const Tensor scale = where(logical_and(isfinite(greatest), greatest > 0), greatest, 1);
  const Tensor total = scale * pow(sum(pow(sizes / scale, ord), axes, keep_axes), 1 / ord);
  return keep == KeepAxes::yes ? total : squeeze(total, axes);
}

}  // namespace

Tensor norm(Arg x, double ord, Axes axes, KeepAxes keep) {
  const std::source_location where = x.where();
  if (std::isnan(ord)) throw ValueError("norm: ord is NaN; it must be a number or an infinity", where);
  if (ord == 2) return norm2(std::move(x), axes, keep);
  const Tensor values = x.take();
  const Dtype dtype = promote(f32, values.dtype());
  if (ord == 0) return cast(count_nonzero({values, where}, axes, keep), dtype);
  const Tensor sizes = abs(cast(values, dtype));
  if (ord == 1) return sum({sizes, where}, axes, keep);
  if (std::isinf(ord)) return ord > 0 ? max({sizes, where}, axes, keep) : min({sizes, where}, axes, keep);
  return power_norm(sizes, ord, axes, keep);
}

Tensor normalize(Arg x, NormalizeOptions options) {
  const std::source_location where = x.where();
  if (!(options.eps > 0)) throw ValueError("normalize: eps is " + std::to_string(options.eps) + "; it must be more than 0", where);
  const Tensor values = x.take();
  return values / maximum(norm({values, where}, options.ord, options.axes, keep_axes), options.eps);
}

}  // namespace descent::inline v1
