#include <descent/plot/trace.hpp>

#include <utility>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::plot {
namespace {

void require_coordinates(const char* who, const optim::Iteration& at, std::size_t wanted) {
  if (at.point.size() != wanted)
    throw ValueError(
        fmt::format("{}: iteration {} of the trace has {} coordinates; the picture needs {} (points of many coordinates are "
                    "not kept, see optim::Stop)",
                    who, at.step, at.point.size(), wanted));
}

}  // namespace

std::vector<double> costs_of(const optim::Trace& trace) {
  std::vector<double> costs;
  for (const optim::Iteration& at : trace.iterations) costs.push_back(at.cost);
  return costs;
}

CostCurve curve_of(const optim::Trace& trace, std::vector<Point> curve) {
  CostCurve data{.curve = std::move(curve)};
  for (const optim::Iteration& at : trace.iterations) {
    require_coordinates("curve_of", at, 1);
    data.steps.push_back({at.point[0], at.cost});
    if (!at.slope.empty()) data.slopes.push_back(at.slope[0]);
  }
  return data;
}

NamedPath path_of(std::string name, const optim::Trace& trace, Index most) {
  NamedPath path{std::move(name), {}};
  for (const optim::Iteration& at : trace.iterations) {
    require_coordinates("path_of", at, 2);
    if (at.step > most) break;
    path.points.push_back({at.point[0], at.point[1]});
  }
  return path;
}

}  // namespace descent::inline v1::plot
