// One row of the comparison with peers: `training_step MODEL THREADS` prints the median seconds of a step as JSON.
// MODEL: mlp:BATCH:sgd, mlp:BATCH:adam, xor:sgd, xor:adam.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/bench/training/models.hpp>

namespace {

using namespace descent_bench;

std::function<void()> step_of(const std::string& model) {
  const bool adam = model.ends_with(":adam");
  if (model.starts_with("xor")) return [step = xor_step(adam)]() mutable { step(); };
  if (model.starts_with("mlp:")) return [step = mlp_step(std::atoll(model.c_str() + 4), adam)]() mutable { step(); };
  return {};
}

double seconds(const std::function<void()>& step, int calls) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) step();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::function<void()> step = argc == 3 ? step_of(argv[1]) : nullptr;
  const int threads = argc == 3 ? std::atoi(argv[2]) : 0;
  if (!step || threads < 1) return std::fputs("usage: training_step mlp:BATCH:sgd|mlp:BATCH:adam|xor:sgd|xor:adam THREADS\n", stderr), 2;
  const auto scope = kernels::set_threads(threads);
  constexpr double kTarget = 0.15;  // seconds a timing
  seconds(step, 3);
  const int calls = std::max(1, static_cast<int>(kTarget / seconds(step, 1)));
  std::vector<double> times;
  for (int run = 0; run < 3; ++run) times.push_back(seconds(step, calls) / calls);
  std::sort(times.begin(), times.end());
  std::printf("{\"who\": \"descent\", \"model\": \"%s\", \"threads\": %d, \"seconds\": %.9g}\n", argv[1], threads, times[1]);
}
