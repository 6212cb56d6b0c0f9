// take_along_axis: picks single elements by an index tensor, so linear; scatter_sum, which adds elements up where the
// indices say, is its adjoint, and take_along_axis is scatter_sum's. Sums run in the order of the indices.
#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/gather.hpp>
#include <descent/autodiff/ops/indices.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

/// The selection along an axis of `whole` by indices of shape `part`.
kernels::Selection along(const Shape& whole, const Shape& part, int axis) {
  const kernels::Reduction form = raw::around(whole, axis);
  return {form.outer, form.n, part[axis], form.inner};
}

struct TakeAlongAxis : Linear<TakeAlongAxis, 1> {
  static constexpr std::string_view name = "take_along_axis";
  struct Params {
    Index axis = 0;
  };
  static Shape shape(const Params& p, const Shape& x, const Shape& index) {
    const int axis = checked_axis("take_along_axis", p.axis, x.rank());
    if (index.rank() != x.rank() || x.with(axis, index[axis]) != index)
      throw ShapeError("take_along_axis: the indices are " + to_string(index) + ", x is " + to_string(x) + "; all sizes but that of axis " +
                       std::to_string(axis) + " must be equal");
    return index;
  }
  static Dtype dtype(const Params&, Dtype x, Dtype index) { return raw::check_index_dtype("take_along_axis", index), x; }
  static Tensor forward(const Params& p, const Tensor& x, const Tensor& index) {
    const Tensor positions = raw::positions("take_along_axis", index);
    Tensor result = raw::make(shape(p, x.shape(), index.shape()), x.dtype());
    const int axis = checked_axis("take_along_axis", p.axis, x.rank());
    const Index bad = kernels::take_along(along(x.shape(), index.shape(), axis), result.node()->data, x.node()->data,
                                          raw::read<std::int64_t>(positions), size_of(x.dtype()));
    raw::check_positions("take_along_axis", positions, bad, x.shape(), axis);
    return result;
  }
  static Tensor adjoint(const Params& p, const Abstract& x, const Tensor& index, const Tensor& ct) {
    const int axis = checked_axis("take_along_axis", p.axis, x.shape.rank());
    return scatter_sum(ct, index, x.shape[axis], axis);
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("take_along_axis", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{0}, {uniform({3, 2}, -2, 2), indices({4, 2}, {0, 2, 2, -3, 1, 1, 0, 2})}),
            with(Params{-1}, {uniform({2, 3}, -2, 2), indices({2, 1}, {1, 2})}), with(Params{0}, {uniform({3}, -2, 2), indices({0}, {})})};
  }
};

struct ScatterSum : Linear<ScatterSum, 1> {
  static constexpr std::string_view name = "scatter_sum";
  struct Params {
    Index count = 0;
    Index axis = 0;
  };
  static Shape shape(const Params& p, const Shape& x, const Shape& index) {
    if (p.count < 0) throw ValueError("scatter_sum: a size of " + std::to_string(p.count) + "; it must be 0 or more");
    const int axis = checked_axis("scatter_sum", p.axis, x.rank());
    if (x != index)
      throw ShapeError("scatter_sum: the indices are " + to_string(index) + ", x is " + to_string(x) + "; the shapes must be equal");
    return x.with(axis, p.count);
  }
  static Dtype dtype(const Params&, Dtype x, Dtype index) { return raw::check_index_dtype("scatter_sum", index), raw::summable(x); }
  static Tensor forward(const Params& p, const Tensor& x, const Tensor& index) {
    const Tensor positions = raw::positions("scatter_sum", index);
    const Tensor source = converted(x, raw::summable(x.dtype()));
    Tensor result = zeros(shape(p, x.shape(), index.shape()), source.dtype());
    const int axis = checked_axis("scatter_sum", p.axis, x.rank());
    const Index bad = raw::visit_summable(source.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      return kernels::add_along<T>(along(result.shape(), index.shape(), axis), raw::write<T>(result), raw::read<T>(source),
                                   raw::read<std::int64_t>(positions));
    });
    raw::check_positions("scatter_sum", positions, bad, result.shape(), axis);
    return result;
  }
  static Tensor adjoint(const Params& p, const Abstract&, const Tensor& index, const Tensor& ct) {
    return take_along_axis(ct, index, p.axis);
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("scatter_sum", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{3, 0}, {uniform({4, 2}, -2, 2), indices({4, 2}, {0, 2, 2, -3, 1, 1, 0, 2})}),
            with(Params{3, -1}, {uniform({2, 2}, -2, 2), indices({2, 2}, {1, 1, 2, 0})}),
            with(Params{3, 0}, {uniform({0}, -2, 2), indices({0}, {})})};
  }
};

}  // namespace

constinit const Op take_along_axis_op = make_op<TakeAlongAxis>();
Tensor take_along_axis(Arg x, Arg index, Index axis) {
  return bind(take_along_axis_op, TakeAlongAxis::Params{axis}, std::move(x), std::move(index));
}

constinit const Op scatter_sum_op = make_op<ScatterSum>();
Tensor scatter_sum(Arg x, Arg index, Index count, Index axis) {
  return bind(scatter_sum_op, ScatterSum::Params{count, axis}, std::move(x), std::move(index));
}

}  // namespace descent::inline v1
