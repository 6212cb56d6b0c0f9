#pragma once

#include <algorithm>

#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

// What the ops that solve linear systems a x = b share.

namespace descent::inline v1::raw {

/// The kind of x. throws ShapeError: a is not square, b has other rows, the leading axes do not broadcast
inline Abstract solution_of(const char* who, const Abstract& a, const Abstract& b) {
  check_square(who, a.shape, kernels::kMostRows, "a");
  if (b.shape.rank() < 2 || b.shape.back(1) != a.shape.back())
    throw ShapeError(std::string(who) + ": a is " + to_string(a.shape) + ", b is " + to_string(b.shape) +
                     "; b must have as many rows as a (" + std::to_string(a.shape.back()) + ")");
  const Shape batch = broadcast((std::string(who) + ": leading axes").c_str(), batch_of(a.shape), batch_of(b.shape));
  return {of_matrices(batch, b.shape.back(1), b.shape.back()), promote(f32, promote(a.dtype, b.dtype))};
}

/// The operands in one dtype, as the kernels read them, and x, yet to be written.
struct LinearSystems {
  Tensor a, b, x;
  kernels::Systems form;

  LinearSystems(const char* who, const Tensor& a_, const Tensor& b_) {
    const Abstract result = solution_of(who, {a_.shape(), a_.dtype()}, {b_.shape(), b_.dtype()});
    const Shape batch = batch_of(result.shape);
    const auto fitted = [&](const Tensor& given) {  // one for all, or one for each
      const Tensor same = converted(given, result.dtype);
      const Index count = count_of(same.shape());
      if (count == 1 || count == batch.numel()) return same;
      return broadcasted(same, of_matrices(batch, same.shape().back(1), same.shape().back()));
    };
    a = fitted(a_);
    b = fitted(b_);
    x = make(result.shape, result.dtype);
    form = {.batch = batch.numel(),
            .stride_a = count_of(a.shape()) == 1 ? 0 : 1,
            .stride_b = count_of(b.shape()) == 1 ? 0 : 1,
            .n = result.shape.back(1),
            .k = result.shape.back()};
  }
};

/// Calls the op on a and b, of which a 1-d one is one column, and so is then the result.
template <class Form> Tensor bind_system(const Op& op, const Form& form, Arg a, Arg b) {
  if (b.is_number() || b.tensor().rank() != 1) return bind(op, form, std::move(a), std::move(b));
  const std::source_location where = b.where();
  Tensor column = b.take();
  const Index n = column.numel();
  Tensor x = bind(op, form, std::move(a), Arg{reshape({std::move(column), where}, Shape{n, 1}), where});
  const Shape shape = x.shape();
  return reshape(std::move(x), shape.without(shape.rank() - 1));
}

}  // namespace descent::inline v1::raw
