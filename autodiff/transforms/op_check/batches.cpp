#include <algorithm>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/transforms/op_check/properties.hpp>
#include <descent/autodiff/transforms/vmap.hpp>

namespace descent::inline v1::op_check {
namespace {

constexpr std::size_t kExamples = 3;

/// Inputs that differ from example to example and stay what the op takes: numbers grow together, indices and masks go round.
Tensor varied(const Tensor& x, std::size_t example) {
  std::vector<double> values = x.to_vector<double>();
  if (is_floating(x.dtype()))
    for (double& value : values) value *= 1 + static_cast<double>(example) / 8;
  else if (!values.empty())
    std::rotate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(example % values.size()), values.end());
  return filled(values, x.shape(), x.dtype());
}

Tensor stacked(const Tensors& examples) {
  std::vector<double> values;
  for (const Tensor& x : examples) {
    const std::vector<double> own = x.to_vector<double>();
    values.insert(values.end(), own.begin(), own.end());
  }
  return filled(values, examples[0].shape().inserted(0, static_cast<Index>(examples.size())), examples[0].dtype());
}

void compare_batch(Findings& findings, const Trial& trial, const std::vector<std::uint8_t>& batched) {
  constexpr double kTolerance = 1e-12;
  detail::Batch batch({});
  Trial whole = trial;
  std::vector<Trial> loop(kExamples, trial);
  for (std::size_t i = 0; i < trial.in.size(); ++i) {
    if (batched[i] == 0) continue;
    Tensors examples;
    for (std::size_t k = 0; k < kExamples; ++k) examples.push_back(loop[k].in[i] = varied(trial.in[i], k));
    whole.in[i] = batch.show(stacked(examples));
  }
  if (trial.op.batch == nullptr) {
    std::string said;
    try {
      call(whole);
    } catch (const AbstractError& error) { said = error.sentence(); }
    return findings.expect("vmap of an op without a batch rule throws its sentence", said.find(trial.op.no_batch) != std::string::npos);
  }
  const Tensors got = everything(whole);
  std::vector<Tensors> wanted(got.size());
  for (const Trial& one : loop) {
    const Tensors all = everything(one);
    for (std::size_t k = 0; k < all.size(); ++k)
      if (all[k].present()) wanted[k].push_back(all[k]);
  }
  for (std::size_t k = 0; k < got.size(); ++k)
    if (got[k].present())
      findings.compare("a batch against a loop, tensor " + std::to_string(k),
                       different_values(batch.collect(got[k]), stacked(wanted[k]), kTolerance));
}

}  // namespace

void as_a_batch(Findings& findings, const Trial& trial) {
  const std::size_t n = trial.in.size();
  compare_batch(findings, trial, std::vector<std::uint8_t>(n, 1));
  for (std::size_t i = 0; n > 1 && i < n; ++i) {
    std::vector<std::uint8_t> alone(n, 0);
    alone[i] = 1;
    compare_batch(findings, trial, alone);
  }
}

}  // namespace descent::inline v1::op_check
