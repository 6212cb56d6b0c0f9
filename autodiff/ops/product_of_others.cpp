// product_of_others: multilinear in n numbers, so General. Its adjoint goes down a tree of products: with halves f and b of the row and
// a = product_of_others(f b), the results are (a b, a f); the cotangents (u, v) of these reach f as v a and b as u a, and a as u b + v f,
// from where they reach f b by the same rule on half the length. Made of ops, it has all orders; it divides by nothing.
#include <descent/autodiff/ops/product_of_others.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/product_of_others.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Tensor columns_of_rows(const Tensor& x, Index from, Index to) { return slice(x, {Slice{}, Slice{from, to}}); }

/// x: [m, n]   ct: its cotangents   ->   [m, n]
Tensor adjoint_of_others(const Tensor& x, const Tensor& ct) {
  const Index m = x.size(0), n = x.size(1);
  if (n < 2) return zeros_like(x);
  if (n % 2 != 0) {
    const Tensor even = adjoint_of_others(concat({x, ones({m, 1}, x.dtype())}, 1), concat({ct, zeros({m, 1}, ct.dtype())}, 1));
    return columns_of_rows(even, 0, n);
  }
  const Tensor front = columns_of_rows(x, 0, n / 2), back = columns_of_rows(x, n / 2, n);
  const Tensor ct_front = columns_of_rows(ct, 0, n / 2), ct_back = columns_of_rows(ct, n / 2, n);
  const Tensor pairs = front * back, above = product_of_others(pairs);
  const Tensor ct_pairs = adjoint_of_others(pairs, absorb(ct_front, back) + absorb(ct_back, front));
  return concat({absorb(ct_back, above) + absorb(ct_pairs, back), absorb(ct_front, above) + absorb(ct_pairs, front)}, 1);
}

struct ProductOfOthers : General<ProductOfOthers> {
  static constexpr std::string_view name = "product_of_others";
  static constexpr Keep keep = keep::inputs;
  static constexpr auto batch = in_front();
  static Shape shape(const Shape& x) {
    if (x.rank() == 0) throw ShapeError("product_of_others: x is 0-d; it needs an axis");
    return x;
  }
  static Dtype dtype(Dtype x) { return promote(f32, x); }
  static Tensor forward(const Tensor& x) {
    shape(x.shape());
    const Tensor from = converted(x, dtype(x.dtype()));
    Tensor result = raw::make(x.shape(), from.dtype());
    if (x.numel() == 0) return result;
    raw::visit_floating(from.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      const Index n = x.shape().back();
      kernels::product_of_others(x.numel() / n, n, raw::read<T>(from), raw::write<T>(result));
    });
    return result;
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    const Tensor& x = call.in[0];
    if (x.numel() == 0) return zeros_like(x);
    const Shape rows{x.numel() / x.shape().back(), x.shape().back()};
    return reshape(adjoint_of_others(reshape(x, rows), reshape(ct, rows)), x.shape());
  }
  static Samples samples() {
    return {uniform({5}, 0.5, 2), uniform({2, 1, 4}, -2, 2),      uniform({3, 1}, -2, 2),
            values({2, 0, 3}),    values({2, 0, 0, -1, 3, 4, 1}), uniform({2, 37}, 0.8, 1.2)};
  }
};

}  // namespace

constinit const Op product_of_others_op = make_op<ProductOfOthers>();
Tensor product_of_others(Arg x) { return bind(product_of_others_op, std::move(x)); }

}  // namespace descent::inline v1
