#include <descent/autodiff/transforms/custom_vjp.hpp>

#include <algorithm>
#include <cmath>
#include <random>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tensor/create.hpp>

namespace descent::inline v1::detail {
namespace {

#ifdef NDEBUG
constexpr bool kDebugBuild = false;
#else
constexpr bool kDebugBuild = true;
#endif

bool is_real(const Tensor& x) { return x.present() && is_floating(x.dtype()); }

/// Numbers in [-1, 1] beside those that are floating.
std::vector<std::vector<double>> drawn(std::span<const Tensor> xs, std::mt19937_64& random) {
  std::vector<std::vector<double>> all;
  for (const Tensor& x : xs) {
    all.emplace_back(is_real(x) ? static_cast<std::size_t>(x.numel()) : 0);
    for (double& value : all.back()) value = std::ldexp(static_cast<double>(random() >> 11), -52) - 1;
  }
  return all;
}

double dot(std::span<const Tensor> xs, const std::vector<std::vector<double>>& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (weights[i].empty() || xs[i].absent()) continue;
    const std::vector<double> values = xs[i].to_vector<double>();
    for (std::size_t k = 0; k < values.size(); ++k) sum += weights[i][k] * values[k];
  }
  return sum;
}

}  // namespace

void check_custom(const FunctionRule& rule, std::span<const Tensor> in, std::source_location where) {
  if constexpr (!kDebugBuild) return;
  if (std::any_of(in.begin(), in.end(), [](const Tensor& x) { return x.present() && x.abstract(); })) return;
  std::mt19937_64 random(1);
  const std::vector<std::vector<double>> v = drawn(in, random);
  const auto moved = [&](double h) {
    std::vector<Tensor> at(in.begin(), in.end());
    for (std::size_t i = 0; i < at.size(); ++i) {
      if (!is_real(at[i])) continue;
      std::vector<double> values = at[i].to_vector<double>();
      for (std::size_t k = 0; k < values.size(); ++k) values[k] += h * v[i][k];
      at[i] = from_span<double>(values, at[i].shape());
    }
    return at;
  };
  constexpr double kStep = 1e-6;  // small, so that few elements are this near to a kink
  constexpr double kTolerance = 1e-4;
  const auto function = [&](std::span<const Tensor> x) { return run_unrecorded(rule, x); };
  const std::vector<Tensor> at = moved(0);
  const std::vector<std::vector<double>> u = drawn(function(at), random);
  const double numeric = (dot(function(moved(kStep)), u) - dot(function(moved(-kStep)), u)) / (2 * kStep);
  const std::vector<Tensor> out = function(at);  // last: the rule is given what the function left
  std::vector<Tensor> ct;
  for (std::size_t k = 0; k < out.size(); ++k) ct.push_back(is_real(out[k]) ? from_span<double>(u[k], out[k].shape()) : zeros_like(out[k]));
  const std::vector<Tensor> slopes = rule.backward(at, out, ct);
  for (std::size_t i = 0; i < slopes.size(); ++i)
    if (slopes[i].present() && slopes[i].shape() != at[i].shape()) return;  // the sweep says so
  const double analytic = dot(slopes, v);
  if (!std::isfinite(numeric) || std::abs(analytic - numeric) <= kTolerance * std::max({1.0, std::abs(analytic), std::abs(numeric)}))
    return;
  throw ValueError("custom_vjp: along a random direction the rule gives " + std::to_string(analytic) + ", differences of the function " +
                       std::to_string(numeric) + "; mend the rule, or say Checked::never where it is meant to differ",
                   where);
}

}  // namespace descent::inline v1::detail
