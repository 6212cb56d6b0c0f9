// Value and gradient of an element-wise chain, y = sum(x sigmoid(x) + tanh(x) exp(-x^2)): eager and compiled, and what a call costs at all.
#include <benchmark/benchmark.h>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/descent.hpp>

namespace {

using namespace descent;

Tensor chain(const Tensor& x) { return sum(x * sigmoid(x) + tanh(x) * exp(-x * x)); }

void run(benchmark::State& state, const auto& f) {
  const auto scope = kernels::set_threads(static_cast<int>(state.range(1)));
  Rng rng(0);
  const Tensor x = uniform({state.range(0)}, rng, -2, 2);
  for (auto _ : state) benchmark::DoNotOptimize(f(x));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void chain_eager(benchmark::State& state) { run(state, value_and_grad(chain)); }
void chain_compiled(benchmark::State& state) { run(state, compile(value_and_grad(chain))); }
void chain_replayed_one_by_one(benchmark::State& state) { run(state, compile(value_and_grad(chain), {.fuse = false})); }
/// Nothing but the call: one element, one op.
void call_compiled(benchmark::State& state) {
  run(state, compile([](const Tensor& x) { return -x; }));
}
/// The trace and the plan.
void trace_and_plan(benchmark::State& state) {
  run(state, [](const Tensor& x) { return compile(value_and_grad(chain))(x); });
}

void sizes(benchmark::internal::Benchmark* rows) {
  rows->ArgNames({"n", "threads"})
      ->ArgsProduct({{16, 256, 4096, 65536, 1 << 20, 1 << 24}, {1, 2}})
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}
void one(benchmark::internal::Benchmark* rows) { rows->ArgNames({"n", "threads"})->Args({1, 1})->UseRealTime(); }

BENCHMARK(chain_eager)->Apply(sizes);
BENCHMARK(chain_compiled)->Apply(sizes);
BENCHMARK(chain_replayed_one_by_one)->Apply(sizes);
BENCHMARK(call_compiled)->Apply(one);
BENCHMARK(trace_and_plan)->Apply(one);

}  // namespace
