// How far should one step go? The same cost, the same start, seven learning rates: too small is slow, too large never arrives.

#include <cmath>
#include <cstdio>
#include <vector>

#include <descent/descent.hpp>

using namespace descent;

namespace {

constexpr double kStart = -2;
constexpr double kTolerance = 1e-3;  // of the slope, which is also the error: C(p) = 1/2 (p - 1)^2
constexpr Index kPatience = 100;

Tensor cost(const Tensor& p) { return 0.5 * square(p - 1.0); }

// Each step multiplies the error by 1 - rate.
bool should_arrive(double rate) { return std::abs(1 - rate) < 1; }

Index steps_needed(double rate) {
  const double factor = std::abs(1 - rate);
  return factor == 0 ? 1 : static_cast<Index>(std::ceil(std::log(kTolerance / std::abs(kStart - 1)) / std::log(factor)));
}

const char* verdict(double rate, bool arrived) {
  if (rate == 1) return "exact in one step: the slope is the error";
  if (arrived) return rate < 1 ? "comes from one side" : "overshoots, and still arrives";
  return rate == 2 ? "bounces for ever" : "diverges: each step is larger than the last";
}

}  // namespace

int main() {
  int surprises = 0;
  std::puts("  rate  steps     last cost");
  for (const double rate : {0.1, 0.5, 1.0, 1.6, 1.9, 2.0, 2.1}) {
    const auto found = optim::minimize(cost, kStart, optim::sgd({.rate = rate}), {.steps = kPatience, .slope = kTolerance});
    const bool arrived = found.reason == optim::Reason::slope;
    std::printf("%6.1f %6td  %12.3g   %s\n", rate, found.steps, found.cost, verdict(rate, arrived));
    if (arrived != should_arrive(rate) || (arrived && found.steps != steps_needed(rate))) ++surprises;
  }

  // A rate may change from step to step: one that starts too large arrives once it has shrunk below 2.
  const auto shrinking = optim::minimize(cost, kStart, optim::sgd({.rate = optim::exponential(2.1, 0.9)}), {.slope = kTolerance});
  std::printf("\n2.1, and a tenth less each step: %td steps to p = %.4f\n", shrinking.steps, shrinking.point);

  if (surprises == 0 && std::abs(shrinking.point - 1) < kTolerance) return 0;
  std::fprintf(stderr, "learning_rates: %d rates did not do what 1 - rate says, or the shrinking one ended at %g\n", surprises,
               shrinking.point);
  return 1;
}
