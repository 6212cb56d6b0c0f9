#include <descent/autodiff/transforms/jacobian.hpp>

#include <algorithm>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vjp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>

namespace descent::inline v1::detail {
namespace {

Shape joined(const Shape& a, const Shape& b) {
  Shape all = a;
  for (const Index size : b) all = all.inserted(all.rank(), size);
  return all;
}

/// What a linear map makes of each tensor of the standard basis, in rows. Some hundred at once, so that memory stays bounded.
template <class F> Tensor rows(const Abstract& from, Index width, Dtype dtype, F linear) {
  constexpr Index kAtOnce = 256;
  const Index count = from.shape.numel();
  if (count == 0 || width == 0) return zeros({count, width}, dtype);
  std::vector<Tensor> all;
  for (Index first = 0; first < count; first += kAtOnce) {
    const Index some = std::min(kAtOnce, count - first);
    std::vector<double> ones(static_cast<std::size_t>(some * count));
    for (Index i = 0; i < some; ++i) ones[static_cast<std::size_t>(i * count + first + i)] = 1;
    const Tensor basis = from_span<double>(ones, from.shape.inserted(0, some), from.dtype);
    all.push_back(reshape(vmap(linear)(basis), {some, width}));
  }
  return concat(std::move(all), 0);
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
    matrix = rows(to, n, from.dtype, pullback);
  } else {
    matrix = transpose(rows(from, m, to.dtype, [&](const Tensor& direction) { return jvp(f, x, direction, where).second; }));
  }
  return reshape(std::move(matrix), joined(to.shape, from.shape));
}

}  // namespace descent::inline v1::detail
