// take: picks rows by an index tensor, so linear; segment_sum, which adds rows up where the indices say, is its adjoint,
// and take is segment_sum's. A row that is picked twice gets both cotangents, in the order of the indices.
#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/gather.hpp>
#include <descent/autodiff/ops/indices.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

/// `x` with the axis replaced by all axes of `index`.
Shape with_axes_of(const Shape& x, int axis, const Shape& index) {
  Shape result = x.without(axis);
  for (int i = 0; i < index.rank(); ++i) result = result.inserted(axis + i, index[i]);
  return result;
}

struct Take : Linear<Take, 1> {
  static constexpr std::string_view name = "take";
  struct Params {
    Index axis = 0;
  };
  static Shape shape(const Params& p, const Shape& x, const Shape& index) {
    return with_axes_of(x, checked_axis("take", p.axis, x.rank()), index);
  }
  static Dtype dtype(const Params&, Dtype x, Dtype index) { return raw::check_index_dtype("take", index), x; }
  static Tensor forward(const Params& p, const Tensor& x, const Tensor& index) {
    const Tensor positions = raw::positions("take", index);
    Tensor result = raw::make(shape(p, x.shape(), index.shape()), x.dtype());
    const int axis = checked_axis("take", p.axis, x.rank());
    const kernels::Reduction form = raw::around(x.shape(), axis);
    const Index bad = kernels::take_rows({form.outer, form.n, index.numel(), form.inner}, result.node()->data, x.node()->data,
                                         raw::read<std::int64_t>(positions), size_of(x.dtype()));
    raw::check_positions("take", positions, bad, x.shape(), axis);
    return result;
  }
  static Tensor adjoint(const Params& p, const Abstract& x, const Tensor& index, const Tensor& ct) {
    const int axis = checked_axis("take", p.axis, x.shape.rank());
    return segment_sum(ct, index, x.shape[axis], axis);
  }
  static void batch(const BatchCall& call, std::span<Tensor> out) {
    const int rank = call.like[0].shape.rank(), axis = checked_axis("take", static_cast<const Params*>(call.params)->axis, rank);
    if (call.batched[1] == 0) {
      out[0] = take(call.in[0], call.in[1], axis + 1);
    } else if (call.batched[0] == 0) {  // the batch's axis comes where the index's axes begin
      const Tensor found = take(call.in[0], call.in[1], axis);
      std::vector<Index> order{axis};
      for (int i = 0; i < found.rank(); ++i)
        if (i != axis) order.push_back(i);
      out[0] = permute(found, Axes(std::span<const Index>(order)));
    } else {
      detail::batch_one_by_one(call, out);
    }
  }
  static Samples samples() {
    return {with(Params{0}, {uniform({3, 2}, -2, 2), indices({4}, {0, 2, 2, -3})}),
            with(Params{-1}, {uniform({2, 3}, -2, 2), indices({2, 2}, {1, 0, 0, 2})}),
            with(Params{1}, {uniform({2, 3, 2}, -2, 2), indices({}, {-1})}), with(Params{0}, {uniform({3, 2}, -2, 2), indices({0}, {})})};
  }
};

struct SegmentSum : Linear<SegmentSum, 1> {
  static constexpr std::string_view name = "segment_sum";
  struct Params {
    Index count = 0;
    Index axis = 0;
  };
  static Shape shape(const Params& p, const Shape& x, const Shape& index) {
    if (p.count < 0) throw ValueError("segment_sum: " + std::to_string(p.count) + " segments; the count must be 0 or more");
    const int rank = x.rank() - index.rank() + 1;
    if (rank < 1)
      throw ShapeError("segment_sum: the indices are " + to_string(index) + ", x is " + to_string(x) +
                       "; x must have the axes of the indices");
    const int axis = checked_axis("segment_sum", p.axis, rank);
    Shape result = x;
    for (int i = 0; i < index.rank(); ++i) {
      if (x[axis + i] != index[i])
        throw ShapeError("segment_sum: the indices are " + to_string(index) + ", x is " + to_string(x) + "; from axis " +
                         std::to_string(axis) + " on x's sizes must be those of the indices");
      result = result.without(axis);
    }
    return result.inserted(axis, p.count);
  }
  static Dtype dtype(const Params&, Dtype x, Dtype index) { return raw::check_index_dtype("segment_sum", index), raw::summable(x); }
  static Tensor forward(const Params& p, const Tensor& x, const Tensor& index) {
    const Tensor positions = raw::positions("segment_sum", index);
    const Tensor source = converted(x, raw::summable(x.dtype()));
    Tensor result = zeros(shape(p, x.shape(), index.shape()), source.dtype());
    const int axis = checked_axis("segment_sum", p.axis, result.rank());
    const kernels::Reduction form = raw::around(result.shape(), axis);
    const Index bad = raw::visit_summable(source.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      return kernels::add_rows<T>({form.outer, form.n, index.numel(), form.inner}, raw::write<T>(result), raw::read<T>(source),
                                  raw::read<std::int64_t>(positions));
    });
    raw::check_positions("segment_sum", positions, bad, result.shape(), axis);
    return result;
  }
  static Tensor adjoint(const Params& p, const Abstract& x, const Tensor& index, const Tensor& ct) {
    return take(ct, index, checked_axis("segment_sum", p.axis, x.shape.rank() - index.rank() + 1));
  }
  static void batch(const BatchCall& call, std::span<Tensor> out) {
    const Params& p = *static_cast<const Params*>(call.params);
    const int rank = call.like[0].shape.rank() - call.like[1].shape.rank() + 1;
    if (call.batched[1] != 0) return detail::batch_one_by_one(call, out);
    out[0] = segment_sum(call.in[0], call.in[1], p.count, behind_batch("segment_sum", p.axis, rank));
  }
  static Samples samples() {
    return {with(Params{3, 0}, {uniform({4, 2}, -2, 2), indices({4}, {0, 2, 2, -3})}),
            with(Params{3, -1}, {uniform({2, 2, 2}, -2, 2), indices({2, 2}, {1, 0, 0, 2})}),
            with(Params{3, 1}, {uniform({2, 2}, -2, 2), indices({}, {-1})}),
            with(Params{3, 0}, {uniform({0, 2}, -2, 2), indices({0}, {})})};
  }
};

}  // namespace

constinit const Op take_op = make_op<Take>();
Tensor take(Arg x, Arg index, Index axis) { return bind(take_op, Take::Params{axis}, std::move(x), std::move(index)); }

constinit const Op segment_sum_op = make_op<SegmentSum>();
Tensor segment_sum(Arg x, Arg index, Index count, Index axis) {
  return bind(segment_sum_op, SegmentSum::Params{count, axis}, std::move(x), std::move(index));
}

}  // namespace descent::inline v1
