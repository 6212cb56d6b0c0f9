// argsort, searchsorted: positions, so without derivative; what is moved by them is moved by take_along_axis, which has one.
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/sort.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Argsort : General<Argsort> {
  static constexpr std::string_view name = "argsort";
  static constexpr bool differentiable = false;
  struct Params {
    Index axis = -1;
    bool descending = false;
    Index count = -1;  ///< -1: all
    Index first = 0;
  };
  static Shape shape(const Params& p, const Shape& x) {
    const int axis = checked_axis("argsort", p.axis, x.rank());
    if (p.count < -1 || p.count > x[axis])
      throw ValueError("argsort: the first " + std::to_string(p.count) + " of axis " + std::to_string(axis) + " of " + to_string(x) +
                       "; the count must lie in [0, " + std::to_string(x[axis]) + "]");
    const Index count = p.count < 0 ? x[axis] - p.first : p.count;
    if (p.first < 0 || count < 0 || p.first + count > x[axis])
      throw ValueError("argsort: " + std::to_string(count) + " from rank " + std::to_string(p.first) + " on, of axis " +
                       std::to_string(axis) + " of " + to_string(x) + "; the ranks must lie in [0, " + std::to_string(x[axis]) + "]");
    return x.with(axis, count);
  }
  static Dtype dtype(const Params&, Dtype) { return i64; }
  static Tensor forward(const Params& p, const Tensor& x) {
    Tensor result = raw::make(shape(p, x.shape()), i64);
    if (result.numel() == 0) return result;
    const int axis = checked_axis("argsort", p.axis, x.rank());
    raw::visit_stored(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::argsort(raw::around(x.shape(), axis), p.first, result.size(axis), p.descending, raw::read<T>(x),
                       raw::write<std::int64_t>(result));
    });
    return result;
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("argsort", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 5}, -2, 2)}), with(Params{0, true, 2}, {uniform({4, 3}, -2, 2)}),
            with(Params{1, false, 0}, {uniform({2, 3}, -2, 2)}), with(Params{0, false, 2, 1}, {uniform({4, 3}, -2, 2)}),
            kink(with(Params{0, true, -1}, {values({1, 2, 1, 0})}), "an index has no derivative; ties keep their order")};
  }
};

struct Searchsorted : General<Searchsorted, 2> {
  static constexpr std::string_view name = "searchsorted";
  static constexpr bool differentiable = false;
  struct Params {
    bool right = false;
  };
  static Shape shape(const Params&, const Shape& sorted, const Shape& values) {
    const int last = sorted.rank() - 1;
    if (last < 0) throw ShapeError("searchsorted: the ordered numbers are 0-d; they need an axis");
    if (last > 0 && (values.rank() != sorted.rank() || values.with(last, sorted[last]) != sorted))
      throw ShapeError("searchsorted: the ordered rows are " + to_string(sorted) + ", the values " + to_string(values) +
                       "; all sizes but the last must be equal, or the rows be one");
    return values;
  }
  static Dtype dtype(const Params&, Dtype, Dtype) { return i64; }
  static Tensor forward(const Params& p, const Tensor& sorted, const Tensor& values) {
    Tensor result = raw::make(shape(p, sorted.shape(), values.shape()), i64);
    const Dtype common = promote(sorted.dtype(), values.dtype());
    const Tensor row = converted(sorted, common), wanted = converted(values, common);
    const bool shared = row.rank() == 1;
    const Index count = shared ? wanted.numel() : wanted.shape().back();
    if (result.numel() == 0) return result;
    raw::visit_stored(common, [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::search(wanted.numel() / count, row.shape().back(), count, shared, p.right, raw::read<T>(row), raw::read<T>(wanted),
                      raw::write<std::int64_t>(result));
    });
    return result;
  }
  static void batch(const BatchCall& call, std::span<Tensor> out) {
    const Params& p = *static_cast<const Params*>(call.params);
    Tensor in[] = {call.in[0], whole(call, 1)};
    const Shape values = in[1].shape();
    if (call.batched[0] != 0 || call.like[0].shape.rank() > 1) in[0] = whole(call, 0);
    if (in[0].rank() == 2) in[1] = reshape(in[1], {values[0], values.numel() / std::max<Index>(values[0], 1)});  // a row each
    execute(call.op, &p, in, out, {});
    out[0] = reshape(out[0], values);
  }
  static Samples samples() {
    return {with(Params{false}, {values({-1, 0, 0, 2}), uniform({2, 3}, -2, 2)}),
            with(Params{true}, {values(Shape{2, 2}, {0, 1, -1, 1}), uniform({2, 3}, -2, 2)})};
  }
};

}  // namespace

constinit const Op argsort_op = make_op<Argsort>();
Tensor argsort(Arg x, Index axis, SortForm form) {
  if (form.count && *form.count < 0)
    throw ValueError("argsort: the first " + std::to_string(*form.count) + " of the order; the count must be 0 or more", x.where());
  return bind(argsort_op, Argsort::Params{axis, form.descending, form.count.value_or(-1), form.first}, std::move(x));
}

constinit const Op searchsorted_op = make_op<Searchsorted>();
Tensor searchsorted(Arg sorted, Arg values, Side side) {
  return bind(searchsorted_op, Searchsorted::Params{side == Side::right}, std::move(sorted), std::move(values));
}

}  // namespace descent::inline v1
