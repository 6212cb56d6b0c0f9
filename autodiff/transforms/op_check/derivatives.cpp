#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/transforms/op_check/properties.hpp>

namespace descent::inline v1::op_check {
namespace {

/// z + step * t, where t is present.
Tensors moved(const Tensors& z, const Tensors& t, double step) {
  Tensors result = z;
  for (std::size_t i = 0; i < z.size(); ++i) {
    if (t[i].absent()) continue;
    std::vector<double> values = z[i].to_vector<double>();
    const std::vector<double> along = t[i].to_vector<double>();
    for (std::size_t e = 0; e < values.size(); ++e) values[e] += step * along[e];
    result[i] = filled(values, z[i].shape(), z[i].dtype());
  }
  return result;
}

// The derivative of f along t is (f(z - 2h t) - 8 f(z - h t) + 8 f(z + h t) - f(z + 2h t)) / 12h, with an error of
// h^4 / 30 |f'''''| and, since f is off by some units in its last place, of 1.5 eps |f| / h for each such unit.
// With h = 2^-13 these are 7e-18 |f'''''| and 3e-12 |f|: at 1e-9 max(1, |f|) a fifth derivative may reach 1e8 and f be wrong by
// 300 units.
constexpr double kStep = 0x1p-13;
constexpr double kDifferenceTolerance = 1e-9;

struct Difference {
  Tensor value;     ///< absent for integers
  double size = 1;  ///< max(1, |f|)
};

template <class F> std::vector<Difference> differences(const Tensors& z, const Tensors& t, F f) {
  std::vector<Difference> result;
  constexpr double weights[][2] = {{-2, 1}, {-1, -8}, {1, 8}, {2, -1}};
  for (const auto& [steps, weight] : weights) {
    const Tensors y = f(moved(z, t, steps * kStep));
    result.resize(y.size());
    for (std::size_t k = 0; k < y.size(); ++k) {
      if (y[k].absent() || !is_floating(y[k].dtype())) continue;
      if (result[k].value.absent()) result[k].value = zeros(y[k].shape(), f64);
      result[k].value = moved({result[k].value}, {y[k]}, weight / (12 * kStep))[0];
      for (const double element : y[k].to_vector<double>()) result[k].size = std::max(result[k].size, std::abs(element));
    }
  }
  return result;
}

void compare_with_differences(Findings& findings, const std::string& what, const Tensors& got, const std::vector<Difference>& wanted) {
  for (std::size_t k = 0; k < got.size(); ++k)
    if (got[k].present() && wanted[k].value.present())
      findings.compare(what + " " + std::to_string(k), different_values(got[k], wanted[k].value, kDifferenceTolerance * wanted[k].size));
}

double epsilon(Dtype dtype) { return dtype == f64 ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon(); }

/// The sum of the products of all elements, and of their magnitudes.
struct Dot {
  double value = 0;
  double magnitude = 0;
};
Dot dot(const Tensors& a, const Tensors& b) {
  Dot sum;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k].absent() || b[k].absent()) continue;
    const std::vector<double> left = a[k].to_vector<double>();
    const std::vector<double> right = b[k].to_vector<double>();
    for (std::size_t i = 0; i < left.size(); ++i) {
      sum.value += left[i] * right[i];
      sum.magnitude += std::abs(left[i] * right[i]);
    }
  }
  return sum;
}

/// <a, b> = <c, d>. Each side is a sum of terms that are right to some units in their last place; cancellation inside J t and J^T ct
/// costs more where J is badly scaled, which the samples avoid.
void compare_products(Findings& findings, const std::string& what, Dot left, Dot right, double tolerance) {
  if (!std::isfinite(left.magnitude) || !std::isfinite(right.magnitude)) return;  // at a pole both sides are infinite or NaN
  const double allowed = tolerance * std::max(1.0, left.magnitude + right.magnitude);
  const double difference = std::abs(left.value - right.value);
  findings.compare(what, difference <= allowed ? ""
                                               : fmt::format("{:.17g} and {:.17g} differ by {:.1e}, more than {:.1e}", left.value,
                                                             right.value, difference, allowed));
}

void compare_values(Findings& findings, const std::string& what, const Tensors& got, const Tensors& wanted, double tolerance) {
  for (std::size_t k = 0; k < got.size(); ++k)
    if (got[k].present() && wanted[k].present())
      findings.compare(what + " " + std::to_string(k), different_values(got[k], wanted[k], tolerance));
}

Tensors only(const Tensors& t, std::size_t i) {
  Tensors result(t.size());
  result[i] = t[i];
  return result;
}

Tensors zeros_of(const Tensors& x) {
  Tensors result(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i].present() && is_floating(x[i].dtype())) result[i] = zeros_like(x[i]);
  return result;
}

bool any_present(const Tensors& x) {
  return std::any_of(x.begin(), x.end(), [](const Tensor& one) { return one.present(); });
}

/// J t for each single input and for all together.
void check_pushes(Findings& findings, const Trial& trial, const Tensors& ct, const Tensors& pulled) {
  const Tensors all = directions(trial.in, 2);
  for (std::size_t i = 0; i <= all.size(); ++i) {
    if (i < all.size() && all[i].absent()) continue;
    const Tensors t = i < all.size() ? only(all, i) : all;
    const std::string by = i < all.size() ? " by input " + std::to_string(i) : " by all inputs";
    const Tensors pushed = push(trial, trial.in, t);
    for (std::size_t k = 0; k < pushed.size(); ++k)
      if (ct[k].present())
        findings.compare("tangent" + by + " is of its primal's kind", different_kind(abstract_of(pushed[k]), abstract_of(ct[k])));
    compare_products(findings, "<ct, J t> = <J^T ct, t>" + by, dot(ct, pushed), dot(pulled, t), 256 * epsilon(trial.floating));
    if (!trial.smooth || trial.floating != f64) continue;
    const auto along = [&](const Tensors& in) { return call(trial, in); };
    compare_with_differences(findings, "jvp" + by + " against differences, result", pushed, differences(trial.in, t, along));
  }
}

/// The gradients while an outer tape records the rules themselves.
Tensors pull_under_tape(const Trial& trial, const Tensors& ct) {
  Tape outer;
  Tensors seeds(ct.size());
  for (std::size_t k = 0; k < ct.size(); ++k)
    if (ct[k].present()) seeds[k] = outer.watch(ct[k]);
  return pull(trial, trial.in, seeds);
}

}  // namespace

void first_order(Findings& findings, const Trial& trial) {
  const Tensors ct = directions(call(trial), 1);
  if (!any_present(ct)) return;
  const Tensors pulled = pull(trial, trial.in, ct);
  for (std::size_t i = 0; i < pulled.size(); ++i) {
    if (!trial.differentiable(i)) continue;
    const std::string which = "gradient of input " + std::to_string(i);
    findings.compare(which + " is of its primal's kind", different_kind(abstract_of(pulled[i]), abstract_of(trial.in[i])));
    if (trial.smooth) findings.expect(which + " is finite", all_finite(pulled[i]));
    std::vector<std::uint8_t> ask(pulled.size());
    ask[i] = 1;
    findings.compare(which + " when only it is asked for", different_bits(pull(trial, trial.in, ct, ask)[i], pulled[i]));
    findings.compare(which + " while another tape records it", different_bits(pull_under_tape(trial, ct)[i], pulled[i]));
  }
  check_pushes(findings, trial, ct, pulled);
}

void second_order(Findings& findings, const Trial& trial) {
  const Tensors ct = directions(call(trial), 1);
  if (!trial.smooth || !any_present(ct)) return;
  const Tensors t = directions(trial.in, 3);
  const Tensors tct = directions(ct, 4);
  const Tensors u = directions(trial.in, 5);
  const std::size_t n = trial.in.size();
  constexpr double kTolerance = 4096 * std::numeric_limits<double>::epsilon();

  const Tensors pushed = push_of_pull(trial, trial.in, ct, t, tct);
  Tensors z = trial.in, along = t;
  z.insert(z.end(), ct.begin(), ct.end());
  along.insert(along.end(), tct.begin(), tct.end());
  const auto gradient = [&](const Tensors& at) {
    const auto middle = at.begin() + static_cast<std::ptrdiff_t>(n);
    return pull(trial, Tensors(at.begin(), middle), Tensors(middle, at.end()));
  };
  compare_with_differences(findings, "jvp of the vjp against differences, input", pushed, differences(z, along, gradient));

  const PullOfPull pulled = pull_of_pull(trial, trial.in, ct, u);
  Dot right = dot(pulled.in, t);
  const Dot in_ct = dot(pulled.ct, tct);
  right.value += in_ct.value;
  right.magnitude += in_ct.magnitude;
  compare_products(findings, "vjp of the vjp is the adjoint of its jvp", dot(u, pushed), right, kTolerance);

  compare_values(findings, "vjp of the jvp is the jvp of the vjp, input", pull_of_push(trial, trial.in, t, ct),
                 push_of_pull(trial, trial.in, ct, t, zeros_of(ct)), kTolerance);
}

void zero_absorbs(Findings& findings, const Trial& trial) {
  const Tensors y = call(trial);
  const Tensors zero = zeros_of(y);
  if (!any_present(zero)) return;
  for (const Tensor& g : pull(trial, trial.in, zero))
    if (g.present()) findings.expect("the vjp of a zero cotangent is zero", all_zero(g));
  for (const Tensor& still : push(trial, trial.in, zeros_of(trial.in)))
    if (still.present()) findings.expect("the jvp of zero tangents is zero", all_zero(still));

  const Tensors u = directions(trial.in, 6);
  const PullOfPull second = pull_of_pull(trial, trial.in, zero, u);
  const Tensors pushed = push(trial, trial.in, u);
  // At a pole of an op made of matrix products a zero cotangent meets an infinite slope inside of one, which does not absorb.
  const bool pole = trial.op.kind != Kind::pointwise && !trial.smooth &&
                    std::any_of(pushed.begin(), pushed.end(), [](const Tensor& t) { return t.present() && !all_finite(t); });
  for (const Tensor& g : second.in)
    if (g.present() && !pole) findings.expect("the second derivative in the inputs, at a zero cotangent, is zero", all_zero(g));
  compare_values(findings, "the second derivative in the cotangent, at a zero cotangent, is the jvp, result", second.ct, pushed,
                 64 * epsilon(trial.floating));
}

}  // namespace descent::inline v1::op_check
