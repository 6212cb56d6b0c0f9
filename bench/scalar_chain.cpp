// A chain of N recorded scalar products, differentiated: `scalar_chain N` prints nanoseconds and peak bytes per call as JSON.
// Run it under `ulimit -s 256` to see that depth costs no stack.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <sys/resource.h>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>

namespace {

long peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace descent;
  using Clock = std::chrono::steady_clock;
  const long n = argc == 2 ? std::atol(argv[1]) : 0;
  if (n < 1) return std::fputs("usage: scalar_chain N\n", stderr), 2;
  const long before = peak_bytes();
  const auto start = Clock::now();
  Tape tape;
  const Tensor x = tape.watch(scalar(1.0 + 1e-9, f64));
  Tensor y = x;
  for (long i = 0; i < n; ++i) y = y * x;
  const auto recorded = Clock::now();
  const double slope = tape.gradient(y, x).item<double>();
  const auto done = Clock::now();
  const auto ns = [n](Clock::duration d) { return std::chrono::duration<double, std::nano>(d).count() / static_cast<double>(n); };
  std::printf("{\"calls\": %ld, \"record_ns\": %.1f, \"reverse_ns\": %.1f, \"bytes\": %.1f, \"slope\": %.6g}\n", n, ns(recorded - start),
              ns(done - recorded), static_cast<double>(peak_bytes() - before) / static_cast<double>(n), slope);
}
