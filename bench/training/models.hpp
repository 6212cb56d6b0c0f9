#pragma once

#include <descent/descent.hpp>

// The models of the training benchmarks; bench/peers/train_torch.py builds the same.

namespace descent_bench {

using namespace descent;

/// 784-256-128-10, relu, cross-entropy.
struct Mlp {
  nn::Linear first, second, out;
  Tensor operator()(const Tensor& x) const { return out(relu(second(relu(first(x))))); }
};
inline Mlp mlp(Rng& rng) { return {nn::linear(784, 256, rng), nn::linear(256, 128, rng), nn::linear(128, 10, rng)}; }

/// 2-8-1, tanh, binary cross-entropy, on the four rows of exclusive or.
struct Xor {
  nn::Linear hidden, out;
  Tensor operator()(const Tensor& x) const { return out(tanh(hidden(x))); }
};
inline Xor xor_net(Rng& rng) { return {nn::linear(2, 8, rng), nn::linear(8, 1, rng)}; }

/// One step of training: forward, backward, update. Holds its own data.
template <class Model, class Cost> class Step {
 public:
  Step(Model model, optim::Transform optimiser, Cost cost)
      : model_(std::move(model)), stepper_(std::move(optimiser), model_), cost_(std::move(cost)) {}

  Tensor operator()() {
    auto [loss, slopes] = value_and_grad([this](const Model& m) { return cost_(m); })(model_);
    stepper_.step(model_, std::move(slopes));
    return loss;
  }

 private:
  Model model_;
  optim::Stepper stepper_;
  Cost cost_;
};

inline optim::Transform optimiser(bool adam) { return adam ? optim::adam({.rate = 1e-3}) : optim::sgd({.rate = 1e-2}); }

inline auto mlp_step(Index batch, bool adam) {
  Rng rng(0);
  const Tensor x = uniform({batch, 784}, rng);
  const Tensor y = cast(uniform({batch}, rng, 0, 10), i64);
  return Step(mlp(rng), optimiser(adam), [x, y](const Mlp& m) { return nn::cross_entropy(m(x), y); });
}

inline auto xor_step(bool adam) {
  Rng rng(0);
  const Tensor x = tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}});
  const Tensor y = tensor({{0.0}, {1.0}, {1.0}, {0.0}});
  return Step(xor_net(rng), optimiser(adam), [x, y](const Xor& m) { return nn::binary_cross_entropy_with_logits(m(x), y); });
}

}  // namespace descent_bench
