#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <descent/plot/figure.hpp>

namespace descent::inline v1::plot {

/// What a descent on one variable did, told by its cost at each iteration.
struct CostCurve {
  std::string title = "The cost and the steps taken";
  std::string variable = "prediction";
  std::vector<Point> curve = {};    ///< the cost, sampled; see `sampled` in contour.hpp
  std::vector<Point> steps = {};    ///< (variable, cost) of each iteration, the start first
  std::vector<double> slopes = {};  ///< of the cost at each iteration; empty, or one a step
};

/// The curve with its numbered iterations, arrows from each to the next, and tangents where they have room. An iteration that passed
/// the lowest point of the curve is seen as an arrow across it.
/// throws  ValueError: slopes for fewer or more iterations than there are
Figure cost_curve(const CostCurve& data);

/// One descent of a ladder of learning rates.
struct RateRun {
  double rate = 0;
  std::vector<double> costs = {};  ///< at each iteration, the start first
  std::string verdict = {};        ///< "57 steps", "diverges": follows the rate in the legend
};

struct RatesLadder {
  std::string title = "One cost, several learning rates";
  std::vector<RateRun> runs = {};
  double tolerance = 1e-8;  ///< a cost that counts as reached: drawn as a rule
};

/// Cost against step on a log axis, a line for each rate. The axis ends a little under the tolerance and a thousandfold over the
/// largest start, so a line leaves at the bottom when its cost falls to 0 and at the top when it diverges.
/// throws  ValueError: no runs, a tolerance that is not above 0
Figure rates_ladder(const RatesLadder& data);

struct NamedPath {
  std::string name = {};
  std::vector<Point> points = {};
};

struct ContourPaths {
  std::string title = "Paths to the minimum";
  std::string x = "x";
  std::string y = "y";
  Grid grid = {};  ///< the cost; see `sampled` in contour.hpp
  std::vector<NamedPath> paths = {};
  std::optional<Point> minimum = {};  ///< marked with a cross where it is known
  bool log_levels = true;             ///< for costs that span powers of ten, such as Rosenbrock's
};

Figure contour_paths(const ContourPaths& data);

struct LossCurves {
  std::string title = "Loss while training";
  std::string y = "loss";
  std::string x = "epoch";
  std::vector<double> training = {};    ///< after epoch 1, 2, ...
  std::vector<double> validation = {};  ///< the same; may be empty
  Scale scale = Scale::linear;
  double first = 1;  ///< the number of the first epoch or step
};

/// Both curves, and a mark on the lowest validation loss.
Figure loss_curves(const LossCurves& data);

/// Evaluations of the cost that methods need, given as log10 so that 10^2501 can be said.
struct Evaluations {
  std::string name = {};  ///< "random search"
  std::vector<double> exponents = {};
  std::vector<bool> estimated = {};  ///< drawn pale; empty, or one a dimension
};

struct Curse {
  std::string title = "Evaluations until the minimum is found";
  std::vector<int> dimensions = {};
  std::vector<Evaluations> methods = {};
};

/// Bars by dimension, on a log axis; on a doubly logarithmic one when more than 10^40 is reached.
/// throws  ValueError: a method without a number for each dimension
Figure evaluations_against_dimension(const Curse& data);

struct Confusion {
  std::string title = "Confusion matrix";
  std::vector<std::string> classes = {};
  std::vector<long long> counts = {};  ///< [true class][predicted class], row-major
};

/// Rows are true classes, shaded by their share of the row; the counts are written in.
/// throws  ValueError: counts that are not classes times classes
Figure confusion(const Confusion& data);

/// A plane of classes with samples on it: what a classifier decides where.
struct DecisionMap {
  std::string title = "What the model decides where";
  Grid classes = {};
  std::vector<NamedPath> samples = {};  ///< the points of class 0, 1, 2, ...
};

Figure decision_map(const DecisionMap& data);

}  // namespace descent::inline v1::plot
