// Exclusive or: no line separates its corners, one hidden layer does. The model is a struct, and so is its gradient.

#include <cstdio>

#include <descent/data/generate.hpp>
#include <descent/descent.hpp>

using namespace descent;

namespace {

struct Network {
  nn::Linear hidden, out;

  Tensor operator()(const Tensor& x) const { return out(tanh(hidden(x))); }
};

}  // namespace

int main() {
  const auto [corners, classes, names] = data::xor_gate();
  const Tensor wanted = reshape(cast(classes, f32), {4, 1});

  Rng rng(1);
  Network model{nn::linear(2, 8, rng), nn::linear(8, 1, rng)};
  const auto loss = value_and_grad([&](const Network& m) { return nn::binary_cross_entropy_with_logits(m(corners), wanted); });

  optim::Stepper stepper(optim::adam({.rate = 0.05}), model);
  double last = 0;
  for (int step = 0; step <= 500; ++step) {
    const auto [value, slopes] = loss(model);
    last = value.item<double>();
    if (step % 100 == 0) std::printf("step %3d   loss %.5f\n", step, last);
    stepper.step(model, slopes);
  }

  std::puts("\n a  b   a xor b");
  const std::vector<float> x = corners.to_vector<float>();
  const std::vector<float> sure = sigmoid(model(corners)).to_vector<float>();
  const std::vector<Index> truth = classes.to_vector<Index>();
  int wrong = 0;
  for (std::size_t row = 0; row < 4; ++row) {
    std::printf(" %.0f  %.0f   %.3f\n", x[2 * row], x[2 * row + 1], sure[row]);
    wrong += (sure[row] > 0.5f) != (truth[row] == 1);
  }

  if (wrong == 0 && last < 0.01) return 0;
  std::fprintf(stderr, "xor_network: %d of 4 rows are wrong, the loss is %g\n", wrong, last);
  return 1;
}
