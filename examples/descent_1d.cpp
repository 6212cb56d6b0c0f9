// The tutorial made real. A model makes one prediction p, a mistake costs C(p) = 1/2 (p - 1)^2, and the slope of the cost says
// which way the prediction must go. The learning rate is large, so that every step overshoots the minimum and still comes nearer.

#include <cmath>
#include <cstdio>

#include <descent/descent.hpp>

using namespace descent;

namespace {

constexpr double kStart = -2;
constexpr double kRate = 1.6;
constexpr double kFlat = 1e-3;  // a slope this small counts as the minimum

Tensor cost(const Tensor& p) { return 0.5 * square(p - 1.0); }

const char* advice(double slope) {
  if (std::abs(slope) < kFlat) return "reached: |slope| < 0.001";
  return slope < 0 ? "increase -> right" : "decrease <- left";
}

// The error is p - 1 and so is the slope, so each step multiplies the error by 1 - rate.
double closed_form(int step) { return 1 + (kStart - 1) * std::pow(1 - kRate, step); }

// Two valleys, and a slope knows only the one it stands in.
Tensor two_valleys(const Tensor& p) { return square(square(p) - 1.0) + 0.3 * p; }

}  // namespace

int main() {
  std::puts(" step  prediction      cost     slope   so the prediction must");
  double p = kStart;
  double worst = 0;  // distance from the closed form
  int step = 0;
  for (;; ++step) {
    const auto [value, slope] = value_and_grad(cost)(p);
    std::printf("%5d %+11.4f %9.2g %+9.4f   %s\n", step, p, value.item<double>(), slope, advice(slope));
    worst = std::max(worst, std::abs(p - closed_form(step)));
    if (std::abs(slope) < kFlat || step == 100) break;
    p -= kRate * slope;
  }

  std::puts("\nC(p) = (p^2 - 1)^2 + 0.3 p has two minima; which one is found depends on the start:");
  double ends[2];
  for (const double start : {-2.0, 2.0}) {
    const auto found = optim::minimize(two_valleys, start, optim::sgd({.rate = 0.05}), {.slope = 1e-6});
    std::printf("  from %+.0f: p = %+.4f, cost %+.4f after %td steps\n", start, found.point, found.cost, found.steps);
    ends[start > 0] = found.point;
  }

  const bool as_proved = step == 16 && worst < 1e-12;
  const bool both_valleys = std::abs(ends[0] + 1.0353) < 1e-3 && std::abs(ends[1] - 0.9602) < 1e-3;
  if (as_proved && both_valleys) return 0;
  std::fprintf(stderr, "descent_1d: %d steps, %g off the closed form, minima at %g and %g\n", step, worst, ends[0], ends[1]);
  return 1;
}
