#pragma once

#include <functional>
#include <source_location>
#include <string>
#include <vector>

#include <descent/autodiff/transforms/grad.hpp>

namespace descent::inline v1 {

struct GradcheckOptions {
  double tolerance = 1e-7;  ///< relative to max(1, |slope|, |cost|); > 0
  Index elements = 1000;    ///< of each leaf, evenly spaced, where it has more
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

/// What gradcheck found. Prints as a table, the worst leaf first.
struct GradcheckReport {
  bool passed = true;
  double tolerance = 0;
  std::vector<GradcheckLeaf> leaves;
  explicit operator bool() const { return passed; }
};
std::string to_string(const GradcheckReport& report);

namespace detail {
using CostOfLeaves = std::function<double(const std::vector<Tensor>&)>;
GradcheckReport gradcheck_leaves(const CostOfLeaves& cost, const std::vector<Tensor>& at, const std::vector<Tensor>& slopes,
                                 const std::vector<std::string>& names, const GradcheckOptions& options, std::source_location where);
}  // namespace detail

/// Compares the gradient of a cost with central differences of five points, in f64, element by element.
///
///   const auto report = gradcheck(cost, model);
///   if (!report) std::puts(to_string(report).c_str());
///
/// cost    four evaluations for each element checked
/// throws  as value_and_grad; ValueError: the cost is not finite at or beside the point
template <class F, class P> GradcheckReport gradcheck(F cost, const P& point, GradcheckOptions options = {},
                                                      std::source_location where = std::source_location::current()) {
  using Lifted = typename Argument<P>::Lifted;
  const Lifted like = tree::cast_values(Lifted(Argument<P>::lift(point)), f64);
  const Lifted slope = std::get<1>(value_and_grad(std::cref(cost), tree::trainable, where)(like));
  const auto at = [&](const std::vector<Tensor>& leaves) {
    Lifted moved = tree::rebuild(like, leaves, tree::trainable);
    return detail::cost_of(cost(moved)).template item<double>();
  };
  return detail::gradcheck_leaves(at, tree::leaves(like, tree::trainable), tree::leaves(slope, tree::trainable),
                                  tree::names(like, tree::trainable), options, where);
}

}  // namespace descent::inline v1
