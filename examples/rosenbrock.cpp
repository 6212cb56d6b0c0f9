// Rosenbrock's valley, f(x, y) = (1 - x)^2 + 100 (y - x^2)^2: easy to find, hard to follow. Five methods walk down it from one start; their
// first steps are drawn in rosenbrock.svg.

#include <cstdio>
#include <string>
#include <vector>

#include <descent/descent.hpp>
#include <descent/plot/contour.hpp>
#include <descent/plot/figures.hpp>
#include <descent/plot/svg.hpp>
#include <descent/plot/trace.hpp>

using namespace descent;

namespace {

constexpr Index kDrawn = 150;

struct Place {
  Tensor x, y;
};

Tensor valley(const Place& at) { return square(1.0 - at.x) + 100.0 * square(at.y - square(at.x)); }

struct Method {
  const char* name;
  optim::Transform transform;
};

std::vector<Method> methods() {
  return {{"gradient descent", optim::sgd({.rate = 0.0012})},
          {"momentum", optim::sgd({.rate = 0.0012, .momentum = 0.9})},
          {"Nesterov", optim::sgd({.rate = 0.0012, .momentum = 0.9, .nesterov = true})},
          {"RMSProp", optim::rmsprop({.rate = optim::exponential(0.02, 0.999)})},  // shrinking, or it jitters at its own size
          {"Adam", optim::adam({.rate = 0.05})}};
}

bool write(const char* file, const std::string& text) {
  std::FILE* out = std::fopen(file, "wb");
  return out != nullptr && std::fputs(text.c_str(), out) >= 0 && std::fclose(out) == 0;
}

}  // namespace

int main() {
  plot::ContourPaths picture{.title = "The first 150 steps down Rosenbrock's valley", .minimum = plot::Point{1, 1}};
  picture.grid = plot::sampled({-1.6, 1.6}, {-0.6, 1.8}, 161, 121,
                               [](double x, double y) { return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x); });

  const Place start{scalar(-1.2), scalar(1.0)};
  const optim::Stop stop{.steps = 20'000, .cost = 1e-6};
  std::printf("%-17s %7s %12s\n", "method", "steps", "last cost");
  std::vector<Index> steps;
  for (const auto& [name, transform] : methods()) {
    const auto found = optim::minimize(valley, start, transform, stop);
    std::printf("%-17s %7td %12.1e\n", name, found.steps, found.cost);
    picture.paths.push_back(plot::path_of(name, found.trace, kDrawn));
    steps.push_back(found.reason == optim::Reason::cost ? found.steps : stop.steps);
  }
  const bool drawn = write("rosenbrock.svg", to_svg(contour_paths(picture)));

  const bool faster = steps[1] < steps[0] && steps[2] < steps[0] && steps[4] < steps[0];
  if (faster && steps[0] < stop.steps && drawn) return 0;
  std::fputs(drawn ? "rosenbrock: momentum should be faster than plain descent, and both should arrive\n"
                   : "rosenbrock: cannot write rosenbrock.svg\n",
             stderr);
  return 1;
}
