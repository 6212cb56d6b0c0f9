// What a user's project does with an installed descent: a cost of its own, a model of its own, and an op of its own.
#include <cmath>
#include <cstdio>
#include <string>

#include <descent/autodiff/tape/kinds.hpp>
#include <descent/autodiff/transforms/op_check.hpp>
#include <descent/descent.hpp>

namespace mine {

// x^2 / (1 + x^2): bounded, so outliers cost at most 1. Slope 2 x / (1 + x^2)^2.
struct GemanMcClure : descent::Pointwise<GemanMcClure> {
  static constexpr std::string_view name = "geman_mcclure";
  static auto value(auto x) { return x * x / (1.0 + x * x); }
  static auto slope(const auto& x) { return 2.0 * x / ((1.0 + x * x) * (1.0 + x * x)); }
  static descent::Samples samples() { return {descent::uniform({3, 4}, -3, 3), descent::values({0, 1, -2})}; }
};
constinit const descent::Op geman_mcclure_op = descent::make_op<GemanMcClure>();

descent::Tensor geman_mcclure(descent::Arg x) { return descent::bind(geman_mcclure_op, std::move(x)); }

struct Net {
  descent::nn::Linear hidden, out;
  descent::Tensor operator()(const descent::Tensor& x) const { return out(tanh(hidden(x))); }
};

}  // namespace mine

namespace {

int failures = 0;

void check(bool right, const std::string& what) {
  if (right) return;
  ++failures;
  std::printf("wrong: %s\n", what.c_str());
}

bool near(double a, double b) { return std::abs(a - b) <= 1e-12 * std::max(1.0, std::abs(b)); }

}  // namespace

int main() {
  using namespace descent;
  // the slope and the curvature of an op of one's own
  const auto cost = [](const Tensor& x) { return sum(mine::geman_mcclure(x)); };
  check(near(grad(cost)(1.0), 0.5), "the slope of geman_mcclure at 1 is 1/2");
  check(near(grad(grad(cost))(1.0), -0.5), "its second derivative there is -1/2");
  const OpReport report = check_op(mine::geman_mcclure_op);
  check(report.passed(), to_string(report));

  // a model that is a plain struct, trained by the names of its fields
  Rng rng(1);
  mine::Net net{nn::linear(2, 8, rng), nn::linear(8, 1, rng)};
  optim::Stepper stepper(optim::adam({.rate = 0.05}), net);
  const Tensor x = tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}});
  const Tensor y = tensor({{0.0}, {1.0}, {1.0}, {0.0}});
  double last = 1;
  for (int step = 0; step < 500; ++step) {
    const auto [loss, slopes] = value_and_grad([&](const mine::Net& m) { return nn::binary_cross_entropy_with_logits(m(x), y); })(net);
    stepper.step(net, slopes);
    last = loss.item<double>();
  }
  check(last < 0.05, "exclusive or is learnt; the loss is " + std::to_string(last));
  check(tree::names(net)[0] == "hidden.weight", "parameters are named by their fields");
  if (failures == 0) std::printf("%s\n", to_string(report).c_str());
  return failures == 0 ? 0 : 1;
}
