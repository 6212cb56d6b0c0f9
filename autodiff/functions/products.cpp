#include <descent/autodiff/functions/products.hpp>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1 {

Tensor dot(Arg a, Arg b) {
  const std::source_location where = a.where();
  const Tensor x = a.take(), y = b.take();
  if (x.rank() != 1 || y.rank() != 1 || x.numel() != y.numel())
    throw ShapeError(
        "dot: a is " + to_string(x.shape()) + ", b is " + to_string(y.shape()) + "; both must be vectors of one size, use matmul otherwise",
        where);
  return matmul({x, where}, {y, where});
}

Tensor outer(Arg a, Arg b) {
  const std::source_location where = a.where();
  return mul({reshape(std::move(a), {-1, 1}), where}, {reshape(std::move(b), {1, -1}), where});
}

}  // namespace descent::inline v1
