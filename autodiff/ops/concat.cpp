// concat: linear in all its inputs together; each one's cotangent is its slice of the result's.
#include <algorithm>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Concat : LinearList<Concat> {
  static constexpr std::string_view name = "concat";
  struct Params {
    Index axis = 0;
  };

  static Shape shape(const Params& p, std::span<const Abstract> x) {
    const Shape& first = x[0].shape;
    if (first.rank() == 0) throw ShapeError("concat: input 0 is 0-d and has no axis to join along; use stack");
    const int axis = checked_axis("concat", p.axis, first.rank());
    Index size = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (x[i].shape.rank() != first.rank() || x[i].shape.with(axis, first[axis]) != first)
        throw ShapeError("concat: input " + std::to_string(i) + " is " + to_string(x[i].shape) + ", input 0 is " + to_string(first) +
                         "; all sizes but that of axis " + std::to_string(axis) + " must be equal");
      size += x[i].shape[axis];
    }
    return first.with(axis, size);
  }

  static Tensor forward(const Params& p, std::span<const Tensor> x) {
    std::vector<Abstract> like;
    Dtype dtype = boolean;
    for (const Tensor& part : x) {
      like.push_back(abstract_of(part));
      dtype = promote(dtype, part.dtype());
    }
    Tensor result = raw::make(shape(p, like), dtype);
    const kernels::Reduction form = raw::around(result.shape(), checked_axis("concat", p.axis, result.rank()));
    std::byte* to = result.node()->data;
    for (const Tensor& part : x) {
      if (part.numel() == 0) continue;
      const Index row = part.numel() / form.outer;
      kernels::strided_store(to, std::array{form.outer, row}, std::array{form.n * form.inner, Index{1}},
                             converted(part, dtype).node()->data, size_of(dtype));
      to += row * size_of(dtype);
    }
    return result;
  }

  static Tensor adjoint(const Params& p, std::span<const Abstract* const> x, std::size_t i, const Tensor& ct) {
    const Shape& own = x[i]->shape;
    const int axis = checked_axis("concat", p.axis, own.rank());
    std::vector<Index> start(static_cast<std::size_t>(own.rank()), 0);
    for (std::size_t before = 0; before < i; ++before) start[static_cast<std::size_t>(axis)] += x[before]->shape[axis];
    return slice(ct, start, std::vector<Index>(start.size(), 1), own);
  }

  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("concat", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{0}, {uniform({2, 3}, -2, 2), uniform({1, 3}, -2, 2)}),
            with(Params{-1}, {uniform({2, 3}, -2, 2), uniform({2, 2}, -2, 2), uniform({2, 0}, -2, 2)}),
            with(Params{1}, {uniform({2, 3, 2}, -2, 2), uniform({2, 1, 2}, -2, 2)}), with(Params{0}, {uniform({4}, -2, 2)})};
  }
};

}  // namespace

constinit const Op concat_op = make_op<Concat>();
Tensor concat(std::vector<Tensor> xs, Index axis, std::source_location where) {
  if (xs.empty()) throw ShapeError("concat: no tensors were given; it needs at least one", where);
  return bind_list(concat_op, Concat::Params{axis}, std::move(xs), where);
}

}  // namespace descent::inline v1
