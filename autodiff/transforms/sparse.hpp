#pragma once

#include <functional>
#include <source_location>
#include <utility>
#include <vector>

#include <descent/autodiff/transforms/grad.hpp>

// Jacobians and Hessians of which most elements are zero whatever the argument: found where, then computed by a few directions.

namespace descent::inline v1 {

/// A matrix by its entries; those at one place add up. A pattern has no values.
///
/// rows, columns  i64 [entries]
/// values         [entries]; absent in a pattern
struct Coo {
  Tensor rows, columns, values;
  Index height = 0, width = 0;

  Index count() const { return rows.absent() ? 0 : rows.numel(); }
  /// [height, width]; of a pattern bool.   grad  in the values
  Tensor dense() const;
};

/// The same by rows: row i's entries are those from starts[i] up to starts[i + 1].
///
/// starts   i64 [height + 1]
/// columns  i64 [entries], values [entries]; absent in a pattern
struct Csr {
  Tensor starts, columns, values;
  Index height = 0, width = 0;
};
/// Entries of one row keep their order.   throws  IndexError: a row that is not in [0, height)
Csr to_csr(const Coo& a);
Coo to_coo(const Csr& a);

namespace detail {

using TensorFunction = std::function<Tensor(const Tensor&)>;

/// f's Jacobian by a plan: its places, and by which directions all of them are computed, a direction for each colour.
class SparsePlan {
 public:
  /// The entries at x.   throws  ShapeError, DtypeError: x is not as `like` was
  Coo operator()(const Tensor& x, std::source_location where = std::source_location::current()) const;
  const Coo& pattern() const { return pattern_; }
  Index colours() const { return colours_; }

 protected:
  SparsePlan(const char* who, TensorFunction f, const Tensor& like, bool symmetric, std::source_location where);

 private:
  Tensor directions(Index first, Index count) const;

  const char* who_;
  TensorFunction f_;
  Abstract from_, to_;
  Coo pattern_;
  bool by_rows_ = false;       // a direction is a cotangent, else a tangent
  std::vector<Index> colour_;  // of each row or column; -1: it has no place
  Index colours_ = 0;
  Tensor at_;  // by place: where in [colours, the other side's elements] its value is
};

}  // namespace detail

/// The Jacobian of f at any x of the shape and dtype of `like`, when most of it is zero. Pattern and directions are found once:
///
///   SparseJacobian slopes(f, x);
///   for (...) { Coo j = slopes(x); ... }
///
/// f         a function of one floating tensor with one floating tensor as result, that calls the same ops for every x
/// result    entries by rows, then columns; rows number f(x)'s elements and columns x's, both in row-major order
/// pattern   where df_i/dx_j can be other than zero for some x. It is found on the ops that f calls on a tensor without values, so it holds
///           for all x of the shape: an op's derivative is moved along as the op's own rules compute it. Some places may be zero for all x:
///           where an op's indices depend on x, where a rule's calls show no structure (decompositions), where terms cancel (x - x)
/// colours   columns of one colour have no row in common, or rows no column, whichever needs fewer: one jvp, or one pullback, for each.
///           Curtis, Powell, Reid, "On the estimation of sparse Jacobian matrices", 1974; Coleman, Moré, "Estimation of sparse Jacobian
///           matrices and graph coloring problems", 1983
/// cost      once: one call of f on shapes, some 2 log2 n runs of each linear op that moves or adds elements, as many as its smaller side
///           has elements of others (convolve, matmul), and the sum of the squares of the rows' entries; then for each call
///           colours() jvps or pullbacks, 256 as one batch
/// grad      in x, of any order
/// threads   may be called from several at once, where f may
/// throws    DtypeError: x or f(x) is not floating; ValueError: x or f(x) is absent; AbstractError: f reads values, so that its ops depend
///           on them: `where` and `cond` are the remedy; when called, ShapeError: x is not like `like`
class SparseJacobian : public detail::SparsePlan {
 public:
  template <class F> SparseJacobian(F f, const Tensor& like, std::source_location where = std::source_location::current())
      : SparsePlan("sparse_jacobian", std::move(f), like, false, where) {}
};

/// The Hessian of a cost, the same way: the Jacobian of its gradient, by products of the Hessian with a direction (`hvp`) for each colour.
///
/// colours   of a star colouring: each entry is read off in its row or, as the matrix is symmetric, in its column; or of
///           columns without a row in common, where those are fewer. Gebremedhin, Manne, Pothen, "What color is your Jacobian?", 2005
/// requires  a symmetric Hessian: no rule of custom_vjp that is meant to differ from the derivative
class SparseHessian : public detail::SparsePlan {
 public:
  template <class F> SparseHessian(F cost, const Tensor& like, std::source_location where = std::source_location::current())
      : SparsePlan(
            "sparse_hessian",
            [cost = std::move(cost), where](const Tensor& x) -> Tensor { return grad(std::cref(cost), tree::trainable, where)(x); }, like,
            true, where) {}
};

/// Where df_i/dx_j can be other than zero, for x of this shape; as SparseJacobian, without directions.
Coo jacobian_sparsity(const std::function<Tensor(const Tensor&)>& f, const Tensor& x,
                      std::source_location where = std::source_location::current());

/// For one x. At many of one shape a SparseJacobian saves the pattern.
template <class F> Coo sparse_jacobian(F f, const Tensor& x, std::source_location where = std::source_location::current()) {
  return SparseJacobian(std::move(f), x, where)(x, where);
}
template <class F> Coo sparse_hessian(F cost, const Tensor& x, std::source_location where = std::source_location::current()) {
  return SparseHessian(std::move(cost), x, where)(x, where);
}

}  // namespace descent::inline v1
