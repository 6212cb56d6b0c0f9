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
  Step(Model model, optim::Transform optimiser, Cost cost, Tensor x, Tensor y)
      : model_(std::move(model)), stepper_(std::move(optimiser), model_), cost_(std::move(cost)), x_(std::move(x)), y_(std::move(y)) {}

  Tensor operator()() { return train(cost_, model_, stepper_, x_, y_); }
  /// The same step, replayed.
  auto compiled() && {
    auto step = compile([cost = cost_](Model& m, optim::Stepper& s, const Tensor& x, const Tensor& y) { return train(cost, m, s, x, y); });
    return [self = std::move(*this), step]() mutable { return step(self.model_, self.stepper_, self.x_, self.y_); };
  }

 private:
  static Tensor train(const Cost& cost, Model& model, optim::Stepper& stepper, const Tensor& x, const Tensor& y) {
    auto [loss, slopes] = value_and_grad([&](const Model& m) { return cost(m(x), y); })(model);
    stepper.step(model, std::move(slopes));
    return loss;
  }

  Model model_;
  optim::Stepper stepper_;
  Cost cost_;
  Tensor x_, y_;
};

inline optim::Transform optimiser(bool adam) { return adam ? optim::adam({.rate = 1e-3}) : optim::sgd({.rate = 1e-2}); }

inline auto mlp_step(Index batch, bool adam) {
  Rng rng(0);
  const Tensor x = uniform({batch, 784}, rng);
  const Tensor y = cast(uniform({batch}, rng, 0, 10), i64);
  const auto cost = [](const Tensor& scores, const Tensor& labels) { return nn::cross_entropy(scores, labels); };
  return Step(mlp(rng), optimiser(adam), cost, x, y);
}

inline auto xor_step(bool adam) {
  Rng rng(0);
  const Tensor x = tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}});
  const Tensor y = tensor({{0.0}, {1.0}, {1.0}, {0.0}});
  const auto cost = [](const Tensor& logits, const Tensor& wanted) { return nn::binary_cross_entropy_with_logits(logits, wanted); };
  return Step(xor_net(rng), optimiser(adam), cost, x, y);
}

}  // namespace descent_bench
