// prod: multilinear in n numbers, which no stronger kind says. The slope to an element is the product of all others.
#include <array>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/product_of_others.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Prod : General<Prod> {
  static constexpr std::string_view name = "prod";
  static constexpr Keep keep = keep::inputs;
  struct Params {
    Axes axes;
    bool keep_axes = false;
  };
  static Shape shape(const Params& p, const Shape& x) { return raw::reduced_shape(x, p.axes.mask("prod", x.rank()), p.keep_axes); }
  static Dtype dtype(const Params&, Dtype x) { return raw::summable(x); }
  static Tensor forward(const Params& p, const Tensor& x) {
    const raw::Reducible ready = raw::reducible(x, p.axes.mask("prod", x.rank()));
    Tensor result = raw::make(shape(p, x.shape()), raw::summable(x.dtype()));
    raw::visit_stored(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::prod(ready.form, raw::read<T>(ready.x), raw::write<kernels::Accumulated<T>>(result));
    });
    return result;
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    const Tensor& x = call.in[0];
    const unsigned mask = params_of<Params>(call).axes.mask("prod", x.rank());
    if (x.numel() == 0) return zeros_like(x);
    return absorb(reshape(ct, raw::reduced_shape(x.shape(), mask, true)), slopes(x, mask));
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) { return behind_batch("prod", p, like[0].shape.rank()); }
  static Samples samples() {
    return {with(Params{}, {uniform({5}, 0.5, 2)}),
            with(Params{Axes(0), true}, {uniform({3, 2}, -2, 2)}),
            with(Params{Axes{0, 2}}, {uniform({2, 3, 3}, -2, 2)}),
            with(Params{}, {values({2, 0, 3})}),
            with(Params{}, {values({2, 0, 0, -1, 3, 4, 1})}),
            with(Params{Axes(1)}, {values(Shape{2, 2}, {0, 0, 0, 3})}),
            with(Params{Axes::none()}, {uniform({3}, -2, 2)}),
            with(Params{}, {uniform({}, -2, 2)})};
  }

 private:
  /// product_of_others with the axes of `mask` as the row.
  static Tensor slopes(const Tensor& x, unsigned mask) {
    std::array<Index, max_rank> order{}, inverse{};
    std::size_t rank = 0;
    Index count = 1;
    Shape moved = x.shape();
    for (const bool reduced : {false, true})
      for (int axis = 0; axis < x.rank(); ++axis) {
        if (((mask >> axis & 1U) != 0) != reduced) continue;
        if (reduced) count *= x.size(axis);
        moved = moved.with(static_cast<int>(rank), x.size(axis));
        inverse[static_cast<std::size_t>(axis)] = static_cast<Index>(rank);
        order[rank++] = axis;
      }
    const Tensor rows = reshape(permute(x, Axes(std::span<const Index>(order.data(), rank))), {x.numel() / count, count});
    return permute(reshape(product_of_others(rows), moved), Axes(std::span<const Index>(inverse.data(), rank)));
  }
};

}  // namespace

constinit const Op prod_op = make_op<Prod>();
Tensor prod(Arg x, Axes axes, KeepAxes keep) { return bind(prod_op, Prod::Params{axes, keep == KeepAxes::yes}, std::move(x)); }

}  // namespace descent::inline v1
