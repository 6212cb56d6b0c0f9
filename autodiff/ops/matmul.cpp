// matmul: bilinear. With C = A B: the cotangent of A is ct B^T, that of B is A^T ct; a transposed operand's is transposed.
// source  Giles 2008, "Collected matrix derivative results", 2.2
#include <algorithm>
#include <array>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/matmul.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

/// The primitive works on rank 2 and more; 1-d operands are reshaped around it.
struct Matmul : Bilinear<Matmul> {
  static constexpr std::string_view name = "matmul";
  using Params = MatmulForm;

  static Shape leading(const Shape& x) { return Shape(x.sizes().first(static_cast<std::size_t>(x.rank() - 2))); }
  static Index rows(const Shape& x, bool transposed) { return x.back(transposed ? 0 : 1); }
  static Index columns(const Shape& x, bool transposed) { return x.back(transposed ? 1 : 0); }

  static Shape shape(const Params& p, const Shape& a, const Shape& b) {
    if (a.rank() < 2 || b.rank() < 2)
      throw ShapeError("matmul: a is " + to_string(a) + ", b is " + to_string(b) +
                       "; the primitive takes matrices, descent::matmul also a 1-d operand, as a row or a column");
    if (columns(a, p.transpose_a) != rows(b, p.transpose_b))
      throw ShapeError("matmul: inner sizes differ: a is " + to_string(a) + (p.transpose_a ? " transposed" : "") + ", b is " +
                       to_string(b) + (p.transpose_b ? " transposed" : "") + "; a's " + (p.transpose_a ? "second-last" : "last") +
                       " axis (" + std::to_string(columns(a, p.transpose_a)) + ") must equal b's " +
                       (p.transpose_b ? "last (" : "second-last (") + std::to_string(rows(b, p.transpose_b)) + ")");
    if (a.rank() == 2 && b.rank() == 2) return {rows(a, p.transpose_a), columns(b, p.transpose_b)};
    const Shape batch = broadcast("matmul: leading axes", leading(a), leading(b));
    return batch.inserted(batch.rank(), rows(a, p.transpose_a)).inserted(batch.rank() + 1, columns(b, p.transpose_b));
  }

  static Tensor forward(const Params& p, const Tensor& a, const Tensor& b) {
    const Shape result = shape(p, a.shape(), b.shape());
    Tensor c = raw::make(result, a.dtype());
    const kernels::Product product{.m = result.back(1),
                                   .n = result.back(0),
                                   .k = columns(a.shape(), p.transpose_a),
                                   .transpose_a = p.transpose_a,
                                   .transpose_b = p.transpose_b};
    raw::visit_floating(a.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      if (result.rank() == 2) kernels::matmul(product, raw::read<T>(a), raw::read<T>(b), raw::write<T>(c));
      else run<T>(product, leading(result), a, b, c);
    });
    return c;
  }

  /// All axes but the last joined.
  static Tensor as_rows(const Tensor& x) {
    const Shape shape = x.shape();
    return reshape(x, Shape{leading(shape).numel() * shape.back(1), shape.back()});
  }

  template <int i> static Tensor adjoint(const Params& p, const Abstract& x, const Tensor& other, const Tensor& ct) {
    if constexpr (i == 0) {
      return p.transpose_a ? matmul(other, ct, {p.transpose_b, true}) : matmul(ct, other, {false, !p.transpose_b});
    } else {
      if (x.shape.rank() == 2 && other.rank() > 2 && !p.transpose_a)  // one matrix for a whole batch: one product, no sum over the batch
        return adjoint<1>(p, x, as_rows(other), as_rows(ct));
      return p.transpose_b ? matmul(ct, other, {true, p.transpose_a}) : matmul(other, ct, {!p.transpose_a, false});
    }
  }

  static void batch(const BatchCall& call, std::span<Tensor> out) {
    const Params& p = *static_cast<const Params*>(call.params);
    const bool rows_of_a = call.batched[1] == 0 && !p.transpose_a && call.in[0].rank() == 3 && call.in[1].rank() == 2;
    if (!rows_of_a) return batch_aligned(call, out);
    const Shape a = call.in[0].shape();  // a row of each example, or several: one product
    const Tensor c = matmul(reshape(call.in[0], {a[0] * a[1], a[2]}), call.in[1], p);
    out[0] = reshape(c, {a[0], a[1], c.size(1)});
  }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -2, 2), uniform({4, 2}, -2, 2)}),
            with(Params{true, false}, {uniform({4, 3}, -2, 2), uniform({4, 2}, -2, 2)}),
            with(Params{false, true}, {uniform({3, 4}, -2, 2), uniform({2, 4}, -2, 2)}),
            with(Params{true, true}, {uniform({4, 3}, -2, 2), uniform({2, 4}, -2, 2)}),
            with(Params{}, {uniform({2, 3, 4}, -2, 2), uniform({4, 2}, -2, 2)}),
            with(Params{}, {uniform({2, 1, 3, 4}, -2, 2), uniform({5, 4, 2}, -2, 2)})};
  }

 private:
  template <class T> static void run(kernels::Product product, const Shape& batch, Tensor a, Tensor b, Tensor& c) {
    const Shape batch_a = leading(a.shape());
    const Shape batch_b = leading(b.shape());
    if (batch_b.numel() == 1 && !product.transpose_a) {  // one b for all: the batch is more rows
      product.m *= batch.numel();
      return kernels::matmul(product, raw::read<T>(a), raw::read<T>(b), raw::write<T>(c));
    }
    const auto spread = [&](Tensor& x, const Shape& own) {  // a batch that is stretched in part is written out
      if (own.numel() == 1 || own.numel() == batch.numel()) return;
      Shape full = batch;
      for (int back = 1; back >= 0; --back) full = full.inserted(full.rank(), x.shape().back(back));
      x = raw::broadcasted(x, full);
    };
    spread(a, batch_a);
    spread(b, batch_b);
    const kernels::BatchStrides strides{batch_a.numel() == 1 ? 0 : product.m * product.k, batch_b.numel() == 1 ? 0 : product.k * product.n,
                                        product.m * product.n};
    kernels::matmul_batched(product, batch.numel(), strides, raw::read<T>(a), raw::read<T>(b), raw::write<T>(c));
  }
};

/// A 1-d operand as a row or a column; 0-d is refused.
Arg as_matrix(Arg x, bool row) {
  const std::source_location where = x.where();
  Tensor matrix = x.take();
  if (matrix.rank() == 0) throw ShapeError("matmul: an operand is 0-d; it needs at least one axis, use * to scale", where);
  if (matrix.rank() > 1) return {std::move(matrix), where};
  const Index n = matrix.numel();
  return {reshape({std::move(matrix), where}, row ? Shape{1, n} : Shape{n, 1}), where};
}

}  // namespace

constinit const Op matmul_op = make_op<Matmul>();

Tensor matmul(Arg a, Arg b, MatmulForm form) {
  const bool row = !a.is_number() && a.tensor().rank() == 1;
  const bool column = !b.is_number() && b.tensor().rank() == 1;
  Tensor c = bind(matmul_op, form, as_matrix(std::move(a), !form.transpose_a), as_matrix(std::move(b), form.transpose_b));
  if (!row && !column) return c;
  Shape shape = c.shape();
  if (column) shape = shape.without(shape.rank() - 1);
  if (row) shape = shape.without(shape.rank() - (column ? 1 : 2));
  return reshape(std::move(c), shape);
}
Tensor matmul(Arg a, Arg b) { return matmul(std::move(a), std::move(b), {}); }

}  // namespace descent::inline v1
