#include <descent/autodiff/functions/special.hpp>

#include <cmath>
#include <numbers>
#include <string>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1 {

Tensor mvlgamma(Arg x, Index p) {
  const std::source_location where = x.where();
  if (p < 1) throw ValueError("mvlgamma: the dimension p is " + std::to_string(p) + "; it must be 1 or more", where);
  const Tensor at = x.take();
  const double dimension = static_cast<double>(p);
  Tensor total = lgamma({at, where});
  for (double j = 1; j < dimension; ++j) total = total + lgamma({at - 0.5 * j, where});
  return total + 0.25 * std::log(std::numbers::pi) * dimension * (dimension - 1);
}

}  // namespace descent::inline v1
