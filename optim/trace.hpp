#pragma once

#include <vector>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1::optim {

/// One step of a run: where it was, what it cost there and, for methods that use it, the slope.
struct Iteration {
  Index step = 0;
  Index evaluations = 0;  ///< of the cost, so far, gradients included
  double cost = 0;
  double slope_norm = 0;      ///< Euclidean, over all coordinates; 0 for methods without slope
  std::vector<double> point;  ///< all coordinates in the order of the tree; empty beyond Stop::traced_coordinates
  std::vector<double> slope;  ///< empty too for methods without slope
};

/// What a run did: a descent every step, a search the tries that improved. The last entry is the result.
struct Trace {
  std::vector<Iteration> iterations;
};

}  // namespace descent::inline v1::optim
