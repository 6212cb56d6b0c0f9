#include <array>
#include <exception>
#include <typeinfo>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/transforms/op_check/properties.hpp>

namespace descent::inline v1::op_check {
namespace {

std::vector<Abstract> kinds(const Tensors& x) {
  std::vector<Abstract> result;
  for (const Tensor& one : x) result.push_back(abstract_of(one));
  return result;
}

std::vector<Abstract> inferred(const Trial& trial, const Tensors& in) {
  std::vector<Abstract> out(static_cast<std::size_t>(trial.op.outputs));
  trial.op.infer(trial.op, trial.params, kinds(in), out);
  return out;
}

Tensors abstract_copies(const Tensors& x) {
  Tensors result;
  for (const Tensor& one : x) result.push_back(one.present() ? abstract_tensor(one.shape(), one.dtype()) : Tensor());
  return result;
}

/// The same values in new memory with one handle.
Tensors copies(const Tensors& x) {
  Tensors result;
  for (const Tensor& one : x) result.push_back(filled(one.to_vector<double>(), one.shape(), one.dtype()));
  return result;
}

/// Floating inputs in another dtype, by their place among the floating ones.
template <class F> Tensors with_dtypes(const Tensors& x, F dtype_of_place) {
  Tensors result = x;
  std::size_t place = 0;
  for (Tensor& one : result)
    if (is_floating(one.dtype())) one = filled(one.to_vector<double>(), one.shape(), dtype_of_place(place++));
  return result;
}

void compare_kinds(Findings& findings, const std::string& what, const Tensors& got, std::span<const Abstract> wanted) {
  for (std::size_t k = 0; k < got.size(); ++k)
    if (got[k].present()) findings.compare(what + " " + std::to_string(k), different_kind(abstract_of(got[k]), wanted[k]));
}

void compare_bits(Findings& findings, const std::string& what, const Tensors& got, const Tensors& wanted) {
  for (std::size_t k = 0; k < got.size(); ++k)
    if (wanted[k].present()) findings.compare(what + " " + std::to_string(k), different_bits(got[k], wanted[k]));
}

/// The element of x that broadcasting puts at position `at` of a result of this shape.
Index broadcast_position(const Shape& x, const Shape& result, Index at) {
  Index position = 0;
  for (int axis = result.rank() - 1, own = x.rank() - 1, stride = 1; own >= 0; --axis, --own) {
    if (x[own] != 1) position += at % result[axis] * stride;
    at /= result[axis];
    stride *= static_cast<int>(x[own]);
  }
  return position;
}

/// What became of a call: its sentence when it threw one of ours.
struct Outcome {
  std::string error;  ///< empty: it went well
  std::string type;
};
template <class F> Outcome outcome(F f) {
  try {
    f();
    return {};
  } catch (const Error& error) { return {error.sentence(), typeid(error).name()}; }
}

}  // namespace

void as_declared(Findings& findings, const Trial& trial) {
  const Tensors y = call(trial);
  findings.expect("an op has a sample whose results are present", !y.empty() && y[0].present());
  const Tensors abstract_in = abstract_copies(trial.in);
  try {
    compare_kinds(findings, "declared kind of result", y, inferred(trial, trial.in));
  } catch (const AbstractError& error) {  // the shape depends on data: tracing says the same
    const Outcome traced = outcome([&] { call(trial, abstract_in); });
    findings.expect("tracing an op whose shape depends on data throws infer's sentence", traced.error == error.sentence());
    return;
  }
  const Tensors traced = call(trial, abstract_in);
  for (const Tensor& one : traced) findings.expect("results of abstract inputs are abstract", one.abstract());
  compare_kinds(findings, "traced kind of result", traced, kinds(y));
  compare_kinds(findings, "traced kind of gradient", pull(trial, abstract_in, abstract_copies(directions(y, 1))), kinds(trial.in));
  compare_kinds(findings, "traced kind of tangent", push(trial, abstract_in, abstract_copies(directions(trial.in, 2))), kinds(y));
}

void reuses_memory(Findings& findings, const Trial& trial) {
  const Tensors before = copies(trial.in);
  const Tensors y = call(trial);
  compare_bits(findings, "inputs are as before the call, input", trial.in, before);
  compare_bits(findings, "a call on temporaries has the bits of one on named tensors, result", call(trial, copies(trial.in)), y);
  if (trial.in.size() < 2 || abstract_of(trial.in[0]) != abstract_of(trial.in[1])) return;
  Tensors twice = copies(trial.in);
  twice[1] = twice[0];
  const Tensors apart = call(trial, copies(twice));
  compare_bits(findings, "one temporary given twice counts as two tensors, result", call(trial, std::move(twice)), apart);
}

void repeats(Findings& findings, const Trial& trial) {
  compare_bits(findings, "a second call has the bits of the first, tensor", everything(trial), everything(trial));
}

void close_in_f32(Findings& findings, const Trial& trial) {
  if (!trial.smooth) return;
  constexpr double kTolerance = 64 * 0x1p-23;  // some units in the last place of f32, times what the op amplifies them by
  Trial narrow = trial;
  narrow.in = with_dtypes(trial.in, [](std::size_t) { return f32; });
  const Tensors wide = everything(trial);
  const Tensors close = everything(narrow);
  for (std::size_t k = 0; k < wide.size(); ++k)
    if (wide[k].present())
      findings.compare("f32 is close to f64, tensor " + std::to_string(k), different_values(close[k], wide[k], kTolerance));
}

void mixed_dtypes(Findings& findings, const Trial& trial) {
  for (const std::size_t narrow : {std::size_t{0}, std::size_t{1}}) {
    Trial mixed = trial;
    mixed.in = with_dtypes(trial.in, [&](std::size_t place) { return place % 2 == narrow ? f32 : f64; });
    const Outcome refused = outcome([&] { inferred(mixed, mixed.in); });
    if (!refused.error.empty()) {
      findings.expect("f32 beside f64 is taken or refused with DtypeError", refused.type == typeid(DtypeError).name());
      continue;
    }
    const Tensors y = call(mixed);
    compare_kinds(findings, "of f32 beside f64, result", y, inferred(mixed, mixed.in));
    compare_kinds(findings, "of f32 beside f64, gradient", pull(mixed, mixed.in, directions(y, 1)), kinds(mixed.in));
    compare_kinds(findings, "of f32 beside f64, tangent", push(mixed, mixed.in, directions(mixed.in, 2)), kinds(y));
  }
}

void integer_inputs(Findings& findings, const Trial& trial) {
  for (const Dtype dtype : {boolean, i32, i64}) {
    const Tensors in = with_dtypes(trial.in, [&](std::size_t) { return dtype; });
    const std::string what = "inputs of " + std::string(name_of(dtype));
    Tensors y;
    const Outcome got = outcome([&] { y = call(trial, in); });
    if (got.error.empty()) compare_kinds(findings, what + ", result", y, inferred(trial, in));
    else if (got.type == typeid(ValueError).name()) continue;  // cut to integers the values are out of the op's range
    else findings.expect(what + " are taken or refused with DtypeError; it said: " + got.error, got.type == typeid(DtypeError).name());
  }
}

void element_by_element(Findings& findings, const Trial& trial) {
  if (trial.op.kind != Kind::pointwise) return;
  const Tensor y = call(trial)[0];
  const Shape shape = y.shape();
  std::vector<std::vector<double>> values;
  for (const Tensor& x : trial.in) values.push_back(x.to_vector<double>());
  Tensors written_out;
  std::vector<std::vector<double>> wide(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (Index e = 0; e < shape.numel(); ++e)
      wide[i].push_back(values[i][static_cast<std::size_t>(broadcast_position(trial.in[i].shape(), shape, e))]);
    written_out.push_back(filled(wide[i], shape, trial.in[i].dtype()));
  }
  findings.compare("broadcasting has the bits of copies", different_bits(call(trial, written_out)[0], y));

  const std::vector<double> all = y.to_vector<double>();
  for (std::size_t e = 0; e < all.size(); ++e) {
    Tensors one;
    for (std::size_t i = 0; i < values.size(); ++i) one.push_back(filled(std::span(wide[i]).subspan(e, 1), Shape{}, trial.in[i].dtype()));
    const Tensor wanted = filled(std::span(all).subspan(e, 1), Shape{}, y.dtype());
    findings.compare("element " + std::to_string(e) + " by itself", different_bits(call(trial, one)[0], wanted));
  }
}

void taken_or_refused(Findings& findings, const Trial& trial) {
  const Outcome declared = outcome([&] { inferred(trial, trial.in); });
  const Outcome actual = outcome([&] { call(trial); });
  const bool by_value = actual.type == typeid(IndexError).name() || actual.type == typeid(ValueError).name();  // an index out of range
  if (!declared.error.empty() || by_value) {
    if (actual.error.empty()) findings.fail("infer refuses what forward takes: " + declared.error);
    return;
  }
  if (!actual.error.empty()) return findings.fail("forward refuses what infer takes: " + actual.error);
  const Tensors y = call(trial);
  compare_kinds(findings, "declared kind of result", y, inferred(trial, trial.in));
  compare_kinds(findings, "kind of gradient", pull(trial, trial.in, directions(y, 1)), kinds(trial.in));
  compare_kinds(findings, "kind of tangent", push(trial, trial.in, directions(trial.in, 2)), kinds(y));
}

void same_at_threads(Findings& findings, const Trial& trial, std::span<const int> threads) {
  Tensors first;
  for (const int n : threads) {
    const kernels::Threads limit = kernels::set_threads(n);
    const Tensors now = everything(trial);
    if (first.empty()) first = now;
    else compare_bits(findings, "at " + std::to_string(n) + " threads, tensor", now, first);
  }
}

}  // namespace descent::inline v1::op_check
