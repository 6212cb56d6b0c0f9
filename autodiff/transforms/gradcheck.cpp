#include <descent/autodiff/transforms/gradcheck.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tensor/create.hpp>

namespace descent::inline v1 {
namespace {

/// The position of a row-major offset.
std::vector<Index> position(const Shape& shape, Index offset) {
  std::vector<Index> index(static_cast<std::size_t>(shape.rank()));
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    index[static_cast<std::size_t>(axis)] = offset % shape[axis];
    offset /= shape[axis];
  }
  return index;
}

/// Central differences of five points, whose error is h^4 f^(5) / 30 + eps |f| / h: least near h = eps^(1/5).
class Differences {
 public:
  Differences(const detail::CostOfLeaves& cost, std::vector<Tensor> at, std::source_location where)
      : cost_(cost), at_(std::move(at)), where_(where) {}

  static double step(double x) { return std::pow(std::numeric_limits<double>::epsilon(), 0.2) * std::max(1.0, std::abs(x)); }

  double slope(std::size_t leaf, Index element, double h) {
    return (8 * (moved(leaf, element, h) - moved(leaf, element, -h)) - (moved(leaf, element, 2 * h) - moved(leaf, element, -2 * h))) /
           (12 * h);
  }
  double value() const { return finite(cost_(at_)); }

 private:
  double moved(std::size_t leaf, Index element, double by) {
    const Tensor kept = at_[leaf];
    std::vector<double> values = kept.to_vector<double>();
    values[static_cast<std::size_t>(element)] += by;
    at_[leaf] = from_span<double>(values, kept.shape());
    const double cost = cost_(at_);
    at_[leaf] = kept;
    return finite(cost);
  }
  double finite(double cost) const {
    if (!std::isfinite(cost))
      throw ValueError(fmt::format("gradcheck: the cost is {} at or beside the point; choose a point inside its domain", cost), where_);
    return cost;
  }

  const detail::CostOfLeaves& cost_;
  std::vector<Tensor> at_;
  std::source_location where_;
};

}  // namespace

GradcheckReport detail::gradcheck_leaves(const CostOfLeaves& cost, const std::vector<Tensor>& at, const std::vector<Tensor>& slopes,
                                         const std::vector<std::string>& names, const GradcheckOptions& options,
                                         std::source_location where) {
  if (!(options.tolerance > 0))
    throw ValueError(fmt::format("gradcheck: the tolerance is {}; it must be above 0", options.tolerance), where);
  if (options.elements < 1)
    throw ValueError(fmt::format("gradcheck: {} elements a leaf; there must be at least 1", options.elements), where);
  Differences differences(cost, at, where);
  const double scale = std::max(1.0, std::abs(differences.value()));
  GradcheckReport report{true, options.tolerance, {}};
  for (std::size_t leaf = 0; leaf < at.size(); ++leaf) {
    const std::span<const double> values = at[leaf].data<double>();
    const std::span<const double> analytic = slopes[leaf].data<double>();
    const auto count = static_cast<Index>(values.size());
    GradcheckLeaf worst{names[leaf], std::min(count, options.elements), {}, 0, 0, 0, -1};
    for (Index k = 0; k < worst.checked; ++k) {
      const Index element = k * count / worst.checked;
      const auto e = static_cast<std::size_t>(element);
      const double h = Differences::step(values[e]);
      const double numeric = differences.slope(leaf, element, h);
      const double gap = std::abs(analytic[e] - numeric) / std::max({scale, std::abs(numeric), std::abs(analytic[e])});
      const double error = std::isnan(gap) ? std::numeric_limits<double>::infinity() : gap;
      if (error > worst.error) worst = {names[leaf], worst.checked, position(at[leaf].shape(), element), analytic[e], numeric, h, error};
    }
    worst.error = std::max(worst.error, 0.0);
    report.passed = report.passed && worst.error <= options.tolerance;
    report.leaves.push_back(std::move(worst));
  }
  std::stable_sort(report.leaves.begin(), report.leaves.end(), [](const auto& a, const auto& b) { return a.error > b.error; });
  return report;
}

std::string to_string(const GradcheckReport& report) {
  std::string text =
      fmt::format("gradcheck {}: tolerance {:g}, {} leaves\n", report.passed ? "passed" : "FAILED", report.tolerance, report.leaves.size());
  text +=
      fmt::format("{:<24} {:>8} {:>12} {:>16} {:>16} {:>9} {:>9}\n", "leaf", "checked", "worst at", "analytic", "numeric", "step", "error");
  for (const GradcheckLeaf& leaf : report.leaves)
    text += fmt::format("{:<24} {:>8} {:>12} {:>16.9g} {:>16.9g} {:>9.2g} {:>9.2g}{}\n", leaf.path.empty() ? "(argument)" : leaf.path,
                        leaf.checked, fmt::format("[{}]", fmt::join(leaf.index, ", ")), leaf.analytic, leaf.numeric, leaf.step, leaf.error,
                        leaf.error > report.tolerance ? "  <-" : "");
  return text;
}

}  // namespace descent::inline v1
