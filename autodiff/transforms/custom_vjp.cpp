#include <descent/autodiff/transforms/custom_vjp.hpp>

#include <algorithm>
#include <cmath>
#include <random>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/kinds.hpp>
#include <descent/autodiff/tape/record.hpp>
#include <descent/autodiff/tensor/create.hpp>

namespace descent::inline v1::detail {
namespace {

#ifdef NDEBUG
constexpr bool kDebugBuild = false;
#else
constexpr bool kDebugBuild = true;
#endif

struct CustomParams {
  std::shared_ptr<const CustomRule> rule;
  std::shared_ptr<const std::vector<Tensor>> results;  // what the function computed
};

void infer(const Op&, const void* params, std::span<const Abstract>, std::span<Abstract> out) {
  const auto& results = *static_cast<const CustomParams*>(params)->results;
  std::transform(results.begin(), results.end(), out.begin(), [](const Tensor& y) { return abstract_of(y); });
}

void forward(const Op&, const void* params, std::span<Tensor>, std::span<Tensor> out) {
  const auto& results = *static_cast<const CustomParams*>(params)->results;
  std::copy(results.begin(), results.end(), out.begin());
}

void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
  const CustomRule& rule = *static_cast<const CustomParams*>(call.params)->rule;
  std::vector<Tensor> seen(ct.begin(), ct.end());
  for (std::size_t k = 0; k < seen.size(); ++k)
    if (seen[k].absent()) seen[k] = zeros_like(call.out[k]);
  const std::vector<Tensor> slopes = rule.backward(call.in, call.out, seen);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!wanted[i] || slopes[i].absent()) continue;
    if (abstract_of(slopes[i]) != *call.like[i])
      throw ShapeError("custom_vjp: the rule returned " + to_string(abstract_of(slopes[i])) + " for argument " + rule.names[i] +
                       ", which is " + to_string(*call.like[i]) + "; a cotangent has the shape and dtype of what it belongs to");
    out[i] = slopes[i];
  }
}

constinit const Op custom_op = [] {
  Op op{};
  op.name = "custom_vjp";
  op.kind = Kind::general;
  op.max_inputs = op.outputs = -1;
  op.keep = keep::inputs | keep::output;
  op.params = params_table<CustomParams>();
  op.infer = &infer;
  op.forward = &forward;
  op.vjp = &vjp;
  op.jvp = &jvp_from_vjp;
  return op;
}();

constexpr const char* kCaptured =
    "custom_vjp: the function uses a watched tensor that is not among its arguments, so its rule cannot know of it; pass it in";

/// The same values, unknown to every tape.
std::vector<Tensor> unwatched(std::span<const Tensor> xs) {
  std::vector<Tensor> plain;
  for (const Tensor& x : xs) plain.push_back(Tensor::adopt(storage::view(x.node(), x.shape())));
  return plain;
}

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

void check_custom(const CustomRule& rule, const CustomFunction& function, std::span<const Tensor> in, std::source_location where) {
  if constexpr (!kDebugBuild) return;
  if (std::any_of(in.begin(), in.end(), [](const Tensor& x) { return x.present() && x.abstract(); })) return;
  std::mt19937_64 random(1);
  const std::vector<std::vector<double>> v = drawn(in, random);
  const auto moved = [&](double h) {
    std::vector<Tensor> at = unwatched(in);
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
  const Seal seal(kCaptured);
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

std::vector<Tensor> call_custom(CustomRule rule, const CustomFunction& function, std::vector<Tensor> in, std::source_location where) {
  const std::vector<Tensor> plain = unwatched(in);
  CustomParams params{std::make_shared<const CustomRule>(std::move(rule)), nullptr};
  {
    const Seal seal(kCaptured);
    params.results = std::make_shared<const std::vector<Tensor>>(function(plain));
  }
  std::vector<Tensor> out(params.results->size());
  execute(custom_op, &params, in, out, where);
  return out;
}

}  // namespace descent::inline v1::detail
