#include <descent/autodiff/functions/matrix_products.hpp>

#include <algorithm>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {

Tensor kron(Arg a, Arg b) {
  const Given left(std::move(a));
  const Given right(std::move(b));
  const int rank = std::max(left.x.rank(), right.x.rank());
  if (2 * rank > max_rank)
    throw ShapeError("kron: a is " + to_string(left.x.shape()) + ", b is " + to_string(right.x.shape()) + "; at most " +
                         std::to_string(max_rank / 2) + " axes are possible",
                     left.where);
  return located(left.where, [&] {
    Shape outer, inner, result;
    for (int back = rank - 1; back >= 0; --back) {
      const Index m = back < left.x.rank() ? left.x.shape().back(back) : 1;
      const Index n = back < right.x.rank() ? right.x.shape().back(back) : 1;
      outer = outer.inserted(outer.rank(), m).inserted(outer.rank() + 1, 1);
      inner = inner.inserted(inner.rank(), 1).inserted(inner.rank() + 1, n);
      result = result.inserted(result.rank(), checked_product("kron", m, n));
    }
    return reshape(reshape(left.x, outer) * reshape(right.x, inner), result);
  });
}

Tensor cross(Arg a, Arg b, Index axis) {
  const Given left(std::move(a));
  const Given right(std::move(b));
  const Shape shape = located(left.where, [&] { return broadcast("cross", left.x.shape(), right.x.shape()); });
  const int at = located(left.where, [&] { return checked_axis("cross", axis, shape.rank()); });
  const int from_end = shape.rank() - 1 - at;
  for (const Tensor* x : {&left.x, &right.x})
    if (x->rank() <= from_end || x->shape().back(from_end) != 3)
      throw ShapeError("cross: a is " + to_string(left.x.shape()) + ", b is " + to_string(right.x.shape()) + "; axis " +
                           std::to_string(axis) + " must have size 3 in both",
                       left.where);
  const auto turned = [&](const Tensor& x, Index shift) { return roll(x, shift, Index{x.rank()} - 1 - from_end); };
  return turned(left.x, -1) * turned(right.x, 1) - turned(left.x, 1) * turned(right.x, -1);
}

Tensor bmm(Arg a, Arg b) {
  const std::source_location where = a.where();
  const Tensor x = a.take(), y = b.take();
  if (x.rank() != 3 || y.rank() != 3 || x.size(0) != y.size(0) || x.size(2) != y.size(1))
    throw ShapeError("bmm: a is " + to_string(x.shape()) + ", b is " + to_string(y.shape()) +
                         "; they must be [n, m, k] and [n, k, p], use matmul otherwise",
                     where);
  return matmul({x, where}, {y, where});
}

Tensor addmm(Arg c, Arg a, Arg b, AddmmOptions options) {
  const std::source_location where = c.where();
  const Tensor base = c.take();
  const Tensor product = matmul({a.take(), where}, {b.take(), where});
  if (!broadcasts(base.shape(), product.shape()) || broadcast("addmm", base.shape(), product.shape()) != product.shape())
    throw ShapeError("addmm: c is " + to_string(base.shape()) + "; it must broadcast to the product, " + to_string(product.shape()), where);
  return (options.beta == 1 ? base : options.beta * base) + (options.alpha == 1 ? product : options.alpha * product);
}

}  // namespace descent::inline v1
