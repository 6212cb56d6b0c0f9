#include <descent/tests/fuzz/checks.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>

namespace descent::fuzz {

Verdict judged(const std::string& difference) { return difference.empty() ? Verdict{} : Verdict{Verdict::Kind::fails, difference}; }

Verdict first_of(std::initializer_list<std::string> differences) {
  for (const std::string& difference : differences)
    if (!difference.empty()) return judged(difference);
  return {};
}

std::function<Tensors(const Tensors&)> outputs_of(const Program& program, const RunOptions& options) {
  return [&program, options](const Tensors& leaves) { return run(program, leaves, options); };
}

std::function<Tensor(const Tensors&)> cost_of(const Program& program, const RunOptions& options) {
  const Tensors weights = directions(run(program, program.leaves(), {.checkpoints = false}), 1);
  return [&program, options, weights](const Tensors& leaves) {
    const Tensors outputs = run(program, leaves, options);
    Tensor total = scalar(0, f64);
    for (std::size_t k = 0; k < outputs.size(); ++k) total = total + sum(outputs[k] * weights[k]);
    return total;
  };
}

Tensors gradient(const Program& program, const RunOptions& options) { return grad(cost_of(program, options))(program.leaves()); }

bool small(const Program& program) {
  Index elements = 0;
  for (const Tensor& x : program.leaves()) elements += x.numel();
  return program.calls() <= 20 && elements <= 500;
}

std::function<Tensor(const Tensors&)> squared_gradient(const Program& program) {
  return [slopes = grad(cost_of(program))](const Tensors& at) {
    Tensor total = scalar(0, f64);
    for (const Tensor& slope : slopes(at)) total = total + sum(square(slope));
    return total;
  };
}

}  // namespace descent::fuzz
