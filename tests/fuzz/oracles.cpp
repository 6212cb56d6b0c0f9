#include <descent/tests/fuzz/oracles.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
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

constexpr Oracle list[] = {
    {"again", true, again},     {"adjoint", false, adjoint},       {"differences", false, differences},
    {"vmap", false, batches},   {"checkpoint", true, checkpoints}, {"nested", false, nested},
    {"threads", true, threads},
};

}  // namespace

std::span<const Oracle> oracles() { return list; }

Verdict verdict(const Oracle& oracle, const Program& program) {
  try {
    return oracle.check(program);
  } catch (const Error& error) { return {Verdict::Kind::fails, std::string("threw: ") + error.what()}; }
}

}  // namespace descent::fuzz
