// A straight line through noisy points, by gradient descent on an explicit tape: watch, compute, ask for the gradient, step.

#include <cmath>
#include <cstdio>

#include <descent/data/generate.hpp>
#include <descent/descent.hpp>

using namespace descent;

namespace {

struct Line {
  double slope, intercept;
};

// What descent must find: the slope is the covariance over the variance.
Line least_squares(const Tensor& x, const Tensor& y) {
  const Tensor dx = x - mean(x);
  const Tensor slope = sum(dx * y) / sum(square(dx));
  const Tensor intercept = mean(y) - slope * mean(x);
  return {slope.item<double>(), intercept.item<double>()};
}

}  // namespace

int main() {
  const auto [x, y, unused] = data::line({.rows = 100, .slope = 2, .intercept = 1, .noise = 0.1});

  Tensor slope = scalar(0.0), intercept = scalar(0.0);
  for (int step = 0; step <= 100; ++step) {
    Tape tape;
    slope = tape.watch(slope);
    intercept = tape.watch(intercept);
    const Tensor cost = mean(square(slope * x + intercept - y));
    if (step % 20 == 0)
      std::printf("step %3d   cost %.5f   y = %.4f x + %.4f\n", step, cost.item<double>(), slope.item<double>(), intercept.item<double>());

    const Tensor d_slope = tape.gradient(cost, slope);
    const Tensor d_intercept = tape.gradient(cost, intercept);
    slope = slope - 0.2 * d_slope;
    intercept = intercept - 0.2 * d_intercept;
  }

  const Line exact = least_squares(x, y);
  std::printf("least squares          y = %.4f x + %.4f\n", exact.slope, exact.intercept);
  const double away = std::hypot(slope.item<double>() - exact.slope, intercept.item<double>() - exact.intercept);
  if (away < 1e-4) return 0;
  std::fprintf(stderr, "fit_line: descent ended %g away from the least squares\n", away);
  return 1;
}
