#include <descent/autodiff/transforms/gradcheck.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <random>

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

using Leaves = detail::GradcheckProblem::Leaves;

/// The derivative of f at 0 by central differences of five points, whose error is h^4 f^(5) / 30 + eps |f| / h: least near h = eps^(1/5).
template <class F> double five_points(double h, F f) { return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h); }
double step_at(double x) { return std::pow(std::numeric_limits<double>::epsilon(), 0.2) * std::max(1.0, std::abs(x)); }

double relative(double scale, double a, double b) {
  const double gap = std::abs(a - b) / std::max({scale, std::abs(a), std::abs(b)});
  return std::isnan(gap) ? std::numeric_limits<double>::infinity() : gap;
}

double dot(const Leaves& a, const Leaves& b) {
  double sum = 0;
  for (std::size_t leaf = 0; leaf < a.size(); ++leaf) {
    const auto x = a[leaf].data<double>();
    const auto y = b[leaf].data<double>();
    for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
  }
  return sum;
}

/// x + h v
Leaves moved(const Leaves& x, double h, const Leaves& v) {
  Leaves result;
  for (std::size_t leaf = 0; leaf < x.size(); ++leaf) {
    std::vector<double> values = x[leaf].to_vector<double>();
    const auto along = v[leaf].data<double>();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += h * along[i];
    result.push_back(from_span<double>(values, x[leaf].shape()));
  }
  return result;
}

class Check {
 public:
  Check(const detail::GradcheckProblem& problem, const GradcheckOptions& options, std::source_location where)
      : problem_(problem), options_(options), where_(where), random_(options.seed), slope_(problem.slope(problem.at)) {
    scale_ = std::max(1.0, std::abs(cost(problem.at)));
    for (const Tensor& x : problem.at) elements_ += x.numel();
    report_.tolerance = options.tolerance;
  }

  GradcheckReport run() {
    if (options_.directions == 0)
      for (std::size_t leaf = 0; leaf < problem_.at.size(); ++leaf) check_leaf(leaf);
    for (Index k = 0; k < options_.directions; ++k) check_slope(direction());
    check_adjoint(direction());
    for (int k = 0; options_.order == 2 && k < 3; ++k) check_curvature(direction(), direction());
    const auto worst_first = [](const auto& a, const auto& b) { return a.error > b.error; };
    std::stable_sort(report_.leaves.begin(), report_.leaves.end(), worst_first);
    std::stable_sort(report_.directions.begin(), report_.directions.end(), worst_first);
    return std::move(report_);
  }

 private:
  void check_leaf(std::size_t leaf) {
    const std::span<const double> values = problem_.at[leaf].data<double>();
    const std::span<const double> slopes = slope_[leaf].data<double>();
    const auto count = static_cast<Index>(values.size());
    GradcheckLeaf worst{problem_.names[leaf], std::min(count, options_.elements), {}, 0, 0, 0, -1};
    for (Index k = 0; k < worst.checked; ++k) {
      const Index element = k * count / worst.checked;
      const auto e = static_cast<std::size_t>(element);
      const double h = step_at(values[e]);
      const double numeric = five_points(h, [&](double by) { return cost_with(leaf, element, by); });
      const double error = relative(scale_, slopes[e], numeric);
      if (error > worst.error)
        worst = {worst.path, worst.checked, position(problem_.at[leaf].shape(), element), slopes[e], numeric, h, error};
    }
    worst.error = std::max(worst.error, 0.0);
    report_.passed = report_.passed && worst.error <= options_.tolerance;
    report_.leaves.push_back(std::move(worst));
  }

  void check_slope(const Leaves& v) {
    const double h = step_along();
    add("slope", dot(slope_, v), five_points(h, [&](double by) { return cost(moved(problem_.at, by, v)); }), h);
  }
  void check_adjoint(const Leaves& v) { add("adjoint", dot(slope_, v), problem_.derivative(v), 0); }
  void check_curvature(const Leaves& v, const Leaves& w) {
    const double h = step_along();
    add("curvature", dot(w, problem_.curvature(v)),
        five_points(h, [&](double by) { return dot(w, problem_.slope(moved(problem_.at, by, v))); }), h);
  }

  void add(const char* what, double analytic, double other, double h) {
    const double error = relative(scale_, analytic, other);
    report_.passed = report_.passed && error <= options_.tolerance;
    report_.directions.push_back({what, analytic, other, h, error});
  }

  /// Each element one up or one down, so that every one of them counts.
  Leaves direction() {
    Leaves v;
    for (const Tensor& x : problem_.at) {
      std::vector<double> signs(static_cast<std::size_t>(x.numel()));
      for (double& sign : signs) sign = (random_() >> 63) != 0 ? 1 : -1;
      v.push_back(from_span<double>(signs, x.shape()));
    }
    return v;
  }
  /// So that the point moves by eps^(1/5) in all.
  double step_along() const { return step_at(1) / std::sqrt(static_cast<double>(std::max<Index>(elements_, 1))); }

  double cost_with(std::size_t leaf, Index element, double by) {
    Leaves at = problem_.at;
    std::vector<double> values = at[leaf].to_vector<double>();
    values[static_cast<std::size_t>(element)] += by;
    at[leaf] = from_span<double>(values, at[leaf].shape());
    return cost(at);
  }
  double cost(const Leaves& at) const {
    const double cost = problem_.cost(at);
    if (!std::isfinite(cost))
      throw ValueError(fmt::format("gradcheck: the cost is {} at or beside the point; choose a point inside its domain", cost), where_);
    return cost;
  }

  const detail::GradcheckProblem& problem_;
  const GradcheckOptions& options_;
  std::source_location where_;
  std::mt19937_64 random_;
  Leaves slope_;
  double scale_ = 1;
  Index elements_ = 0;
  GradcheckReport report_;
};

}  // namespace

GradcheckReport detail::check_gradient(const GradcheckProblem& problem, const GradcheckOptions& options, std::source_location where) {
  if (!(options.tolerance > 0))
    throw ValueError(fmt::format("gradcheck: the tolerance is {}; it must be above 0", options.tolerance), where);
  if (options.elements < 1)
    throw ValueError(fmt::format("gradcheck: {} elements a leaf; there must be at least 1", options.elements), where);
  if (options.directions < 0) throw ValueError(fmt::format("gradcheck: {} directions; there must be 0 or more", options.directions), where);
  if (options.order != 1 && options.order != 2)
    throw ValueError(fmt::format("gradcheck: derivatives of order {}; it must be 1 or 2", options.order), where);
  return Check(problem, options, where).run();
}

std::string to_string(const GradcheckReport& report) {
  const auto mark = [&](double error) { return error > report.tolerance ? "  <-" : ""; };
  std::string text = fmt::format("gradcheck {}: tolerance {:g}, {} leaves, {} directions\n", report.passed ? "passed" : "FAILED",
                                 report.tolerance, report.leaves.size(), report.directions.size());
  if (!report.leaves.empty())
    text += fmt::format("{:<24} {:>8} {:>12} {:>16} {:>16} {:>9} {:>9}\n", "leaf", "checked", "worst at", "analytic", "numeric", "step",
                        "error");
  for (const GradcheckLeaf& leaf : report.leaves)
    text += fmt::format("{:<24} {:>8} {:>12} {:>16.9g} {:>16.9g} {:>9.2g} {:>9.2g}{}\n", leaf.path.empty() ? "(argument)" : leaf.path,
                        leaf.checked, fmt::format("[{}]", fmt::join(leaf.index, ", ")), leaf.analytic, leaf.numeric, leaf.step, leaf.error,
                        mark(leaf.error));
  text += fmt::format("{:<24} {:>21} {:>16} {:>16} {:>9} {:>9}\n", "direction", "", "analytic", "other", "step", "error");
  for (const GradcheckDirection& along : report.directions)
    text += fmt::format("{:<24} {:>21} {:>16.9g} {:>16.9g} {:>9.2g} {:>9.2g}{}\n", along.what, "", along.analytic, along.other, along.step,
                        along.error, mark(along.error));
  return text;
}

std::ostream& operator<<(std::ostream& out, const GradcheckReport& report) { return out << to_string(report); }

}  // namespace descent::inline v1
