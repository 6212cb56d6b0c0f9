#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <source_location>
#include <string>
#include <vector>

#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jvp.hpp>

namespace descent::inline v1 {

struct GradcheckOptions {
  double tolerance = 1e-9;  ///< relative to max(1, |slope|, |cost|); > 0
  Index elements = 1000;    ///< of each leaf, evenly spaced, where it has more
  Index directions = 0;     ///< above 0: so many random directions through all leaves in place of single elements, for large models
  int order = 1;            ///< 2: the gradient's own derivative too, along three random directions
  std::uint64_t seed = 1;   ///< of the directions
};

/// One leaf's worst element.
struct GradcheckLeaf {
  std::string path;          ///< empty: the argument itself is the tensor
  Index checked = 0;         ///< elements
  std::vector<Index> index;  ///< of the worst
  double analytic = 0;       ///< the tape's slope there
  double numeric = 0;        ///< the differences' slope there
  double step = 0;           ///< of the differences
  double error = 0;          ///< |analytic - numeric| / max(1, |slope|, |cost|)
};

/// One number along a random direction v through all leaves.
struct GradcheckDirection {
  std::string what;     ///< "slope": <gradient, v> and differences of the cost; "adjoint": <gradient, v> and the forward sweep's derivative
                        ///< along v; "curvature": <w, H v> and differences of <w, gradient> along v
  double analytic = 0;  ///< the tape's
  double other = 0;
  double step = 0;  ///< of the differences; 0: none were taken
  double error = 0;
};

/// What gradcheck found. Prints as a table, the worst first.
struct GradcheckReport {
  bool passed = true;
  double tolerance = 0;
  std::vector<GradcheckLeaf> leaves;           ///< none where directions were asked for
  std::vector<GradcheckDirection> directions;  ///< at least the adjoint identity
  explicit operator bool() const { return passed; }
};
std::string to_string(const GradcheckReport& report);
std::ostream& operator<<(std::ostream& out, const GradcheckReport& report);

namespace detail {
/// A cost as a function of the leaves that it is differentiated by.
struct GradcheckProblem {
  using Leaves = std::vector<Tensor>;
  Leaves at;
  std::vector<std::string> names;
  std::function<double(const Leaves& at)> cost;
  std::function<Leaves(const Leaves& at)> slope;
  std::function<double(const Leaves& along)> derivative;  ///< at `at`, by a forward sweep
  std::function<Leaves(const Leaves& along)> curvature;   ///< the Hessian at `at` times `along`
};
GradcheckReport check_gradient(const GradcheckProblem& problem, const GradcheckOptions& options, std::source_location where);
}  // namespace detail

/// Compares the gradient of a cost with central differences of five points, in f64, element by element or along random directions; the
/// reverse sweep with the forward one; and, where asked, second derivatives with differences of the gradient.
///
///   const auto report = gradcheck(cost, model);
///   if (!report) std::cout << report;
///
/// cost    four evaluations for each element or direction checked; order 2: four gradients and a hvp for each direction
/// throws  as value_and_grad; ValueError: the cost is not finite at or beside the point, an option is out of range
template <class F, class P> GradcheckReport gradcheck(F cost, const P& point, GradcheckOptions options = {},
                                                      std::source_location where = std::source_location::current()) {
  using Lifted = typename Argument<P>::Lifted;
  using Leaves = std::vector<Tensor>;
  const Lifted like = tree::cast_values(Lifted(Argument<P>::lift(point)), f64);
  const auto tree_of = [&](const Leaves& leaves) { return tree::rebuild(like, leaves, tree::trainable); };
  const auto tangent_of = [&](const Leaves& leaves) { return tree::rebuild_only(like, leaves, tree::trainable); };
  const auto value = [&](const Lifted& at) {
    Lifted moved = at;
    const auto result = cost(moved);
    return Tensor(detail::cost_of(result));
  };
  detail::GradcheckProblem problem;
  problem.at = tree::leaves(like, tree::trainable);
  problem.names = tree::names(like, tree::trainable);
  problem.cost = [&](const Leaves& at) { return value(tree_of(at)).template item<double>(); };
  problem.slope = [&](const Leaves& at) {
    return tree::leaves(std::get<1>(value_and_grad(std::cref(cost), tree::trainable, where)(tree_of(at))), tree::trainable);
  };
  problem.derivative = [&](const Leaves& along) { return jvp(value, like, tangent_of(along), where).second.template item<double>(); };
  problem.curvature = [&](const Leaves& along) { return tree::leaves(hvp(value, like, tangent_of(along), where), tree::trainable); };
  return detail::check_gradient(problem, options, where);
}

}  // namespace descent::inline v1
