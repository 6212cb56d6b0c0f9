#include <descent/tests/fuzz/oracles.hpp>

#include <optional>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/compile/compile.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/tests/fuzz/checks.hpp>

namespace descent::fuzz {
namespace {

Verdict threads(const Program& program) {
  const auto at = [&](int count) {
    const kernels::Threads limit = kernels::set_threads(count);
    Tensors all = run(program, program.leaves());
    for (Tensor& slope : gradient(program)) all.push_back(std::move(slope));
    return all;
  };
  const Tensors one = at(1);
  return first_of({
      different_bits("at 2 threads, outputs and gradient", at(2), one),
      different_bits("at 3 threads, outputs and gradient", at(3), one),
      different_bits("at 7 threads, outputs and gradient", at(7), one),
  });
}

Verdict again(const Program& program) {
  const Tensors first = gradient(program), leaves = program.leaves();
  const auto cost = cost_of(program);
  const auto by_last = [&](const Tensors& last) {
    Tensors in = leaves;
    in.back() = last[0];
    return cost(in);
  };
  return first_of({
      different_bits("second gradient, leaf", gradient(program), first),
      different_bits("gradient with values kept, leaf", gradient(program, {.let_go = false}), first),
      different_bits("with values kept, output", run(program, leaves, {.let_go = false}), run(program, leaves)),
      different_bits("gradient by the last leaf alone", grad(by_last)(Tensors{leaves.back()}), Tensors{first.back()}),
  });
}

Verdict checkpoints(const Program& program) {
  if (program.regions.empty()) return {Verdict::Kind::says_nothing};
  return judged(different_values("gradient with checkpoints, leaf", gradient(program), gradient(program, {.checkpoints = false}), 1e-12));
}

/// Says nothing of a program that reads a value, such as the count of a nonzero.
Verdict compiled_bits(const Program& program) {
  const Tensors leaves = program.leaves();
  const auto outputs = outputs_of(program);
  const auto slope = grad(cost_of(program));
  const Tensors wanted = outputs(leaves), wanted_slope = slope(leaves);
  const auto fused = compile(outputs);
  const auto fused_slope = compile(slope);
  return first_of({
      different_bits("compiled, output", fused(leaves), wanted),
      different_bits("compiled, gradient by leaf", fused_slope(leaves), wanted_slope),
      different_bits("compiled without fusion, gradient by leaf", compile(slope, {.fuse = false})(leaves), wanted_slope),
      different_bits("replayed again, output", fused(leaves), wanted),
      different_bits("replayed again, gradient by leaf", fused_slope(leaves), wanted_slope),
      different_bits("gradient of the compiled cost, leaf", grad(compile(cost_of(program)))(leaves), wanted_slope),
  });
}

Verdict compiled(const Program& program) {
  try {
    return compiled_bits(program);
  } catch (const AbstractError&) { return {Verdict::Kind::says_nothing}; }
}

Tensors gradient_within(const Program& program, Index bytes) {
  Tape tape;
  tape.limit(bytes);
  Tensors watched;
  for (const Tensor& leaf : program.leaves()) watched.push_back(tape.watch(leaf));
  const Tensor cost = cost_of(program)(watched);
  const Tensor one = ones_like(cost);
  return tape.vjp({&cost, 1}, {&one, 1}, watched);
}

Verdict limited(const Program& program) {
  const Tensors plain = gradient(program);
  return first_of({
      different_bits("gradient in room for nothing, leaf", gradient_within(program, 0), plain),
      different_bits("gradient in little room, leaf", gradient_within(program, 1000), plain),
  });
}

/// The program in f32; where it is none (a matrix that is no longer positive definite, an overflow), nothing can be said.
std::optional<Program> in_f32(const Program& program) {
  Program single = program;
  for (Node& node : single.nodes) {
    if (node.op == nullptr && node.value.dtype() == f64) node.value = cast(node.value, f32);
    for (auto& [name, value] : node.params)
      if (const Dtype* dtype = std::get_if<Dtype>(&value); dtype != nullptr && *dtype == f64) value = f32;
  }
  try {
    for (const Tensor& y : run(single, single.leaves()))
      if (!all(isfinite(y)).item<bool>()) return {};
  } catch (const Error&) { return {}; }
  return single;
}

Verdict in_single(const Program& program) {
  const std::optional<Program> single = in_f32(program);
  if (!single) return {Verdict::Kind::says_nothing};
  for (const auto check : {again, threads, limited, compiled})
    if (Verdict found = check(*single); found.kind == Verdict::Kind::fails) return {found.kind, "in f32: " + found.why};
  return judged(
      different_values("f32 gradient with checkpoints, leaf", gradient(*single), gradient(*single, {.checkpoints = false}), 1e-4));
}

constexpr Oracle list[] = {
    {"again", true, again},     {"adjoint", false, adjoint},       {"differences", false, differences},
    {"vmap", false, batches},   {"checkpoint", true, checkpoints}, {"nested", false, nested},
    {"threads", true, threads}, {"limit", true, limited},          {"file", false, files},
    {"f32", false, in_single},     {"compile", true, compiled},
};

}  // namespace

std::span<const Oracle> oracles() { return list; }

Verdict verdict(const Oracle& oracle, const Program& program) {
  try {
    return oracle.check(program);
  } catch (const Error& error) { return {Verdict::Kind::fails, std::string("threw: ") + error.what()}; }
}

}  // namespace descent::fuzz
