// Eager training steps. bench/peers/compare runs these beside PyTorch's.
#include <benchmark/benchmark.h>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/bench/training/models.hpp>

namespace {

using namespace descent_bench;

void run(benchmark::State& state, auto step, int threads) {
  const auto scope = kernels::set_threads(threads);
  for (auto _ : state) benchmark::DoNotOptimize(step());
}

void mlp_sgd(benchmark::State& state) { run(state, mlp_step(state.range(0), false), static_cast<int>(state.range(1))); }
void mlp_adam(benchmark::State& state) { run(state, mlp_step(state.range(0), true), static_cast<int>(state.range(1))); }
void xor_sgd(benchmark::State& state) { run(state, xor_step(false), 1); }
void xor_adam(benchmark::State& state) { run(state, xor_step(true), 1); }

BENCHMARK(mlp_sgd)->ArgNames({"batch", "threads"})->ArgsProduct({{32, 128, 512}, {1, 2}})->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(mlp_adam)->ArgNames({"batch", "threads"})->ArgsProduct({{32, 128, 512}, {1, 2}})->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(xor_sgd)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(xor_adam)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
