// Two spirals wound around each other, and a small network that learns which is which: a batch loader, AdamW with a cosine schedule,
// and a map of what the network decides where, in the terminal.

#include <cstdio>
#include <vector>

#include <descent/data/generate.hpp>
#include <descent/data/loader.hpp>
#include <descent/descent.hpp>
#include <descent/plot/mosaic.hpp>

using namespace descent;

namespace {

struct Network {
  nn::Linear first, second, out;

  Tensor operator()(const Tensor& x) const { return out(silu(second(silu(first(x))))); }
};

double accuracy(const Network& model, const data::Dataset& set) {
  return mean(argmax(model(set.inputs), -1) == set.targets).item<double>();
}

// The class of every point of a square, row 0 at the bottom.
plot::Grid decisions(const Network& model, int columns, int rows) {
  const Tensor x = broadcast_to(linspace(-1.1, 1.1, columns), {rows, columns});
  const Tensor y = broadcast_to(reshape(linspace(-1.1, 1.1, rows), {rows, 1}), {rows, columns});
  const Tensor classes = argmax(model(reshape(stack({x, y}, -1), {-1, 2})), -1);
  return {.x = {-1.1, 1.1}, .y = {-1.1, 1.1}, .columns = columns, .rows = rows, .values = classes.to_vector<double>()};
}

}  // namespace

int main() {
  constexpr int kEpochs = 100;
  const data::Dataset train = data::spirals({.rows = 600, .seed = 1});
  const data::Dataset test = data::spirals({.rows = 400, .seed = 2});
  const data::Loader loader(train, {.batch = 32});

  Rng rng(1);
  Network model{nn::linear(2, 32, rng), nn::linear(32, 32, rng), nn::linear(32, 2, rng)};
  optim::Stepper stepper(optim::adamw({.rate = optim::cosine(0.02, kEpochs * loader.size())}), model);
  for (int epoch = 1; epoch <= kEpochs; ++epoch) {
    for (const auto& batch : loader.epoch(epoch)) {
      const auto loss = [&](const Network& m) { return nn::cross_entropy(m(batch.inputs), batch.targets); };
      stepper.step(model, grad(loss)(model));
    }
    if (epoch % 20 == 0) std::printf("epoch %3d   test accuracy %5.1f %%\n", epoch, 100 * accuracy(model, test));
  }
  std::fputs(plot::class_map(decisions(model, 60, 60)).c_str(), stdout);

  const double reached = accuracy(model, test);
  if (reached > 0.97) return 0;
  std::fprintf(stderr, "spirals: the test accuracy is %.1f %%; it should be over 97 %%\n", 100 * reached);
  return 1;
}
