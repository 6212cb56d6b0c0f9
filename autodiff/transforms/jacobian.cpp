#include <descent/autodiff/transforms/jacobian.hpp>

#include <algorithm>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vjp.hpp>

namespace descent::inline v1::detail {
namespace {

/// The i-th tensor of the standard basis of this shape and dtype.
Tensor basis(const Abstract& like, Index i) {
  std::vector<double> values(static_cast<std::size_t>(like.shape.numel()));
  values[static_cast<std::size_t>(i)] = 1;
  return from_span<double>(values, like.shape, like.dtype);
}

Shape joined(const Shape& a, const Shape& b) {
  Shape all = a;
  for (const Index size : b) all = all.inserted(all.rank(), size);
  return all;
}

/// One row for each element of the basis, as a matrix.
template <class F> Tensor rows(Index count, Index width, Dtype dtype, F row) {
  if (count == 0 || width == 0) return zeros({count, width}, dtype);
  std::vector<Tensor> all;
  for (Index i = 0; i < count; ++i) all.push_back(reshape(row(i), {1, width}));
  return concat(all, 0);
}

}  // namespace

Tensor jacobian_of(const std::function<Tensor(const Tensor&)>& f, const Tensor& x, std::source_location where) {
  if (x.absent() || !is_floating(x.dtype()))
    throw DtypeError("jacobian: the argument is " + (x.absent() ? "absent" : to_string(abstract_of(x))) + "; it must be f32 or f64", where);
  const auto [y, pullback] = vjp(f, x);
  const Abstract from = abstract_of(x);
  const Abstract to = abstract_of(y);
  const Index n = from.shape.numel();
  const Index m = to.shape.numel();
  Tensor matrix;  // [m, n]
  if (m <= n) {
    matrix = rows(m, n, from.dtype, [&, &back = pullback](Index i) { return back(basis(to, i)); });
  } else {
    matrix = transpose(rows(n, m, to.dtype, [&](Index j) { return jvp(f, x, basis(from, j), where).second; }));
  }
  return reshape(std::move(matrix), joined(to.shape, from.shape));
}

}  // namespace descent::inline v1::detail
