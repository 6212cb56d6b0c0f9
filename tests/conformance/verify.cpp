#include <descent/tests/conformance/verify.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/compile/compile.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/compare.hpp>

namespace descent::conformance {
namespace {

constexpr double kValues = 1e-12;
constexpr double kFirst = 1e-10;
constexpr double kSecond = 1e-8;
constexpr double kAdjoint = 1e-11;
constexpr double kShort = 2e-5;  // f32 from f64

/// Empty where got is wanted, to `tolerance` of its largest element.
std::string difference(const Tensor& got, const Tensor& wanted, double tolerance) {
  if (got.shape() != wanted.shape()) return "shape " + to_string(got.shape()) + ", wanted " + to_string(wanted.shape());
  if (is_floating(got.dtype()) != is_floating(wanted.dtype()))
    return "dtype " + std::string(name_of(got.dtype())) + ", wanted " + std::string(name_of(wanted.dtype()));
  const std::vector<double> left = got.to_vector<double>();
  const std::vector<double> right = wanted.to_vector<double>();
  const double scale = test::scale_of(right);
  for (std::size_t i = 0; i < left.size(); ++i)
    if (!test::agree(left[i], right[i], tolerance * scale))
      return fmt::format("element {} is {:.17g}, wanted {:.17g}", i, left[i], right[i]);
  return "";
}

/// The second example's results of a batch of two, in which each floating tensor lies twice.
template <class F> Tensors in_a_batch(const Tensors& tensors, F f) {
  std::vector<std::size_t> places;
  Tensors twice;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (tensors[i].present() && is_floating(tensors[i].dtype())) {
      places.push_back(i);
      twice.push_back(stack({tensors[i], tensors[i]}));
    }
  if (places.empty()) return f(tensors);
  Tensors results = vmap([&](const Tensors& examples) {
    Tensors all = tensors;
    for (std::size_t k = 0; k < places.size(); ++k) all[places[k]] = examples[k];
    return f(all);
  })(twice);
  for (Tensor& result : results)
    if (result.present()) result = slice(result, {1});
  return results;
}

/// One case under its row: the call, and its derivatives by nested tapes.
class Run {
 public:
  Run(const Row& row, const Case& one, Under under) : row_(row), case_(one), under_(under) {}

  Tensors values(const Tensors& tensors) const {
    const auto call = [this](const Tensors& at) { return row_.run(Args(case_.placed, case_.named, at)).all; };
    switch (under_) {
      case Under::vmap: return in_a_batch(tensors, call);
      case Under::checkpoint: return checkpoint(call)(tensors);
      case Under::compile:  // the whole of it, with its derivatives: whole()
      case Under::nothing: break;
    }
    return call(tensors);
  }

  /// f of these tensors; compiled, where that is asked for.
  Tensors whole(Tensors (Run::*f)(const Tensors&) const, const Tensors& tensors) const {
    const auto call = [&](const Tensors& at) { return (this->*f)(at); };
    return under_ == Under::compile ? compile(call)(tensors) : call(tensors);
  }

  /// J^T ct by the tensors asked for, at tensors that an outer tape may know.
  Tensors vjp(const Tensors& at) const {
    Tape tape;
    Tensors tensors = at, by;
    for (const std::size_t i : case_.by) by.push_back(tensors[i] = tape.watch(tensors[i]));
    return tape.vjp(chosen(values(tensors)), case_.ct, by);
  }
  Tensors jvp(const Tensors& at) const {
    Tape tape(Purpose::forward);
    Tensors tensors = at, pushed;
    for (std::size_t k = 0; k < case_.by.size(); ++k) tensors[case_.by[k]] = tape.watch(tensors[case_.by[k]], case_.t[k]);
    for (const Tensor& y : chosen(values(tensors))) pushed.push_back(tape.tangent(y));
    return pushed;
  }
  Tensors hvp(const Tensors& at) const {
    Tape outer;
    Tensors tensors = at, by;
    for (const std::size_t i : case_.by) by.push_back(tensors[i] = outer.watch(tensors[i]));
    return outer.vjp(vjp(tensors), case_.t, by);
  }

 private:
  Tensors chosen(const Tensors& all) const {
    Tensors result;
    for (const std::size_t k : case_.results) result.push_back(all.at(k));
    return result;
  }

  const Row& row_;
  const Case& case_;
  Under under_;
};

void compare(std::vector<std::string>& complaints, const char* what, const Tensors& got, const Tensors& wanted, double tolerance) {
  if (got.size() != wanted.size()) {
    complaints.push_back(fmt::format("{}: {} tensors, wanted {}", what, got.size(), wanted.size()));
    return;
  }
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    if (wanted[k].absent()) continue;
    const std::string found = difference(got[k], wanted[k], tolerance);
    if (!found.empty()) complaints.push_back(fmt::format("{} {}: {}", what, k, found));
  }
}

/// Compares what f gives, or says what it threw.
template <class F> void attempt(std::vector<std::string>& complaints, const char* what, const Tensors& wanted, double tolerance, F f) {
  try {
    compare(complaints, what, f(), wanted, tolerance);
  } catch (const Later&) { throw; } catch (const AbstractError& error) {
    throw Later(error.what());
  } catch (const std::exception& error) { complaints.push_back(fmt::format("{} threw: {}", what, error.what())); }
}

/// <ct, J t> = <J^T ct, t>. What is not finite is compared elsewhere.
void check_adjoint(std::vector<std::string>& complaints, const Run& run, const Case& one) {
  const test::Dot forward = test::dot(one.ct, run.whole(&Run::jvp, one.tensors)),
                  reverse = test::dot(run.whole(&Run::vjp, one.tensors), one.t);
  const double gap = std::abs(forward.value - reverse.value);
  if (gap > kAdjoint * std::max({1.0, forward.magnitude, reverse.magnitude}))
    complaints.push_back(fmt::format("<ct, J t> is {:.17g} and <J^T ct, t> is {:.17g}", forward.value, reverse.value));
}

Tensors shortened(const Tensors& tensors) {
  Tensors result;
  for (const Tensor& x : tensors) result.push_back(x.present() && x.dtype() == f64 ? cast(x, f32) : x);
  return result;
}
Tensors lengthened(const Tensors& tensors) {
  Tensors result;
  for (const Tensor& x : tensors) result.push_back(x.present() && x.dtype() == f32 ? cast(x, f64) : x);
  return result;
}

}  // namespace

Verdict verify(const Row& row, const Case& one, Under under) {
  const Run run(row, one, under);
  Verdict verdict;
  try {
    attempt(verdict.failures, "value", one.out, kValues, [&] { return run.whole(&Run::values, one.tensors); });
    attempt(verdict.failures, "f32 value", one.out, kShort, [&] { return lengthened(run.whole(&Run::values, shortened(one.tensors))); });
    const auto complaints = [&](int order) -> auto& { return one.sound && order <= row.orders ? verdict.failures : verdict.warnings; };
    if (!one.vjp.empty()) attempt(complaints(1), "vjp", one.vjp, kFirst, [&] { return run.whole(&Run::vjp, one.tensors); });
    if (!one.jvp.empty()) attempt(complaints(1), "jvp", one.jvp, kFirst, [&] { return run.whole(&Run::jvp, one.tensors); });
    if (!one.vjp.empty() && !one.jvp.empty() && one.sound && row.orders >= 1) check_adjoint(verdict.failures, run, one);
    if (!one.hvp.empty()) attempt(complaints(2), "hvp", one.hvp, kSecond, [&] { return run.whole(&Run::hvp, one.tensors); });
  } catch (const Later& missing) { return {.failures = {}, .warnings = {}, .later = missing.what()}; }
  return verdict;
}

}  // namespace descent::conformance
