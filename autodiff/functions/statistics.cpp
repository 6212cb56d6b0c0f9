#include <descent/autodiff/functions/statistics.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
namespace {

/// How many elements go into one result.
Index reduced_count(const char* who, const Shape& x, const Axes& axes) {
  const unsigned mask = axes.mask(who, x.rank());
  Index count = 1;
  for (int axis = 0; axis < x.rank(); ++axis)
    if ((mask >> axis & 1U) != 0) count *= x[axis];
  return count;
}

/// Both functions' checks, with the name the user called.
Tensor variance(const char* who, Arg x, const Axes& axes, double correction, KeepAxes keep) {
  const std::source_location where = x.where();
  const Tensor samples = x.take();
  const Index count = located(where, [&] { return reduced_count(who, samples.shape(), axes); });
  const double freedom = static_cast<double>(count) - correction;
  if (!(freedom > 0))
    throw ValueError(std::string(who) + ": " + std::to_string(count) + " elements of " + to_string(samples.shape()) + " with correction " +
                         std::to_string(correction) + " leave " + std::to_string(freedom) + " degrees of freedom; they must be more than 0",
                     where);
  const Tensor about = samples - stop_gradient(mean(samples, axes, keep_axes));
  return sum(square(about - mean(about, axes, keep_axes)), axes, keep) / freedom;
}

}  // namespace

Tensor mean(Arg x, Axes axes, KeepAxes keep) {
  const std::source_location where = x.where();
  Tensor samples = x.take();
  const Index count = located(where, [&] { return reduced_count("mean", samples.shape(), axes); });
  return div({sum({std::move(samples), where}, axes, keep), where}, {static_cast<double>(count), where});
}

Tensor var(Arg x, Axes axes, double correction, KeepAxes keep) { return variance("var", std::move(x), axes, correction, keep); }
Tensor std(Arg x, Axes axes, double correction, KeepAxes keep) { return sqrt(variance("std", std::move(x), axes, correction, keep)); }

}  // namespace descent::inline v1
