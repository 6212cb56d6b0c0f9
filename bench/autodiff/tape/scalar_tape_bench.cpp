// What a recorded scalar call costs: y = y * x, n times, recorded and differentiated. Reported per call.
#include <benchmark/benchmark.h>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>

namespace {

using namespace descent;

void scalar_chain(benchmark::State& state) {
  const auto n = state.range(0);
  for (auto _ : state) {
    Tape tape;
    const Tensor x = tape.watch(scalar(1.0000001, f64));
    Tensor y = x;
    for (std::int64_t i = 0; i < n; ++i) y = y * x;
    benchmark::DoNotOptimize(tape.gradient(y, x));
  }
  state.counters["ns_per_call"] =
      benchmark::Counter(static_cast<double>(n * state.iterations()) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(scalar_chain)->Arg(1000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

void scalar_chain_unrecorded(benchmark::State& state) {
  const auto n = state.range(0);
  const Tensor x = scalar(1.0000001, f64);
  for (auto _ : state) {
    Tensor y = x;
    for (std::int64_t i = 0; i < n; ++i) y = y * x;
    benchmark::DoNotOptimize(y);
  }
  state.counters["ns_per_call"] =
      benchmark::Counter(static_cast<double>(n * state.iterations()) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(scalar_chain_unrecorded)->Arg(1000)->Unit(benchmark::kMicrosecond);

}  // namespace
