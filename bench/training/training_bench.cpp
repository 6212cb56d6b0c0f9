// Training steps, eager and compiled. bench/peers/compare runs these beside PyTorch's.
#include <benchmark/benchmark.h>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/bench/training/models.hpp>

namespace {

using namespace descent_bench;

void run(benchmark::State& state, auto step, int threads) {
  const auto scope = kernels::set_threads(threads);
  for (auto _ : state) benchmark::DoNotOptimize(step());
}

int threads_of(const benchmark::State& state) { return static_cast<int>(state.range(1)); }
void mlp_sgd(benchmark::State& state) { run(state, mlp_step(state.range(0), false), threads_of(state)); }
void mlp_adam(benchmark::State& state) { run(state, mlp_step(state.range(0), true), threads_of(state)); }
void xor_sgd(benchmark::State& state) { run(state, xor_step(false), 1); }
void xor_adam(benchmark::State& state) { run(state, xor_step(true), 1); }
void mlp_sgd_compiled(benchmark::State& state) { run(state, mlp_step(state.range(0), false).compiled(), threads_of(state)); }
void mlp_adam_compiled(benchmark::State& state) { run(state, mlp_step(state.range(0), true).compiled(), threads_of(state)); }
void xor_sgd_compiled(benchmark::State& state) { run(state, xor_step(false).compiled(), 1); }
void xor_adam_compiled(benchmark::State& state) { run(state, xor_step(true).compiled(), 1); }

void mlp_rows(benchmark::internal::Benchmark* rows) {
  rows->ArgNames({"batch", "threads"})->ArgsProduct({{32, 128, 512}, {1, 2}})->UseRealTime()->Unit(benchmark::kMillisecond);
}
void xor_rows(benchmark::internal::Benchmark* rows) { rows->UseRealTime()->Unit(benchmark::kMicrosecond); }

BENCHMARK(mlp_sgd)->Apply(mlp_rows);
BENCHMARK(mlp_sgd_compiled)->Apply(mlp_rows);
BENCHMARK(mlp_adam)->Apply(mlp_rows);
BENCHMARK(mlp_adam_compiled)->Apply(mlp_rows);
BENCHMARK(xor_sgd)->Apply(xor_rows);
BENCHMARK(xor_sgd_compiled)->Apply(xor_rows);
BENCHMARK(xor_adam)->Apply(xor_rows);
BENCHMARK(xor_adam_compiled)->Apply(xor_rows);

}  // namespace
