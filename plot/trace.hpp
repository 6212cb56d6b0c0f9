#pragma once

#include <string>
#include <vector>

#include <descent/optim/trace.hpp>
#include <descent/plot/figures.hpp>

// What an optimiser's trace holds, as the numbers that figures are made of.

namespace descent::inline v1::plot {

/// The cost at each iteration, the start first.
std::vector<double> costs_of(const optim::Trace& trace);

/// A run on one variable beside the curve of its cost: a step for each iteration, and its slope where the method has one.
/// throws  ValueError: the trace keeps no points, or points of several coordinates
CostCurve curve_of(const optim::Trace& trace, std::vector<Point> curve);

/// The way of a run on two variables, no more than its first `most` steps.
/// throws  ValueError: the trace keeps no points, or points that do not have two coordinates
NamedPath path_of(std::string name, const optim::Trace& trace, Index most = 1000);

}  // namespace descent::inline v1::plot
