// One row of the comparison with peers: `training_step MODEL THREADS [compiled]` prints the median seconds of a step as JSON.
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

std::function<void()> called(auto step, bool compiled) {
  if (compiled) return [step = std::move(step).compiled()]() mutable { step(); };
  return [step = std::move(step)]() mutable { step(); };
}

std::function<void()> step_of(const std::string& model, bool compiled) {
  const bool adam = model.ends_with(":adam");
  if (model.starts_with("xor")) return called(xor_step(adam), compiled);
  if (model.starts_with("mlp:")) return called(mlp_step(std::atoll(model.c_str() + 4), adam), compiled);
  return {};
}

double seconds(const std::function<void()>& step, int calls) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) step();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const bool compiled = argc == 4 && std::string(argv[3]) == "compiled";
  const bool right = argc == 3 || compiled;
  const std::function<void()> step = right ? step_of(argv[1], compiled) : nullptr;
  const int threads = right ? std::atoi(argv[2]) : 0;
  if (!step || threads < 1)
    return std::fputs("usage: training_step mlp:BATCH:sgd|mlp:BATCH:adam|xor:sgd|xor:adam THREADS [compiled]\n", stderr), 2;
  const auto scope = kernels::set_threads(threads);
  constexpr double kTarget = 0.15;  // seconds a timing
  seconds(step, 3);
  const int calls = std::max(1, static_cast<int>(kTarget / seconds(step, 1)));
  std::vector<double> times;
  for (int run = 0; run < 3; ++run) times.push_back(seconds(step, calls) / calls);
  std::sort(times.begin(), times.end());
  std::printf("{\"who\": \"%s\", \"model\": \"%s\", \"threads\": %d, \"seconds\": %.9g}\n", compiled ? "compiled" : "descent", argv[1],
              threads, times[1]);
}
