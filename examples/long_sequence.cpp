// A recurrent net trained along 10,000 steps at once. A tape would keep every step; with checkpoints it keeps a hundred states, and one
// hundred steps while it sweeps.

#include <cstdio>

#include <descent/autodiff/tensor/storage.hpp>
#include <descent/autodiff/transforms/control.hpp>
#include <descent/descent.hpp>

using namespace descent;

namespace {

constexpr Index kSteps = 10'000, kHidden = 64, kWaves = 16;

struct Net {
  CellWeights cell;
  Tensor out;  // [hidden]
};

Net start(Rng& rng) {
  return {.cell = {.weight_ih = 0.5 * normal({kHidden, 1}, rng),
                   .weight_hh = 0.1 * normal({kHidden, kHidden}, rng),
                   .bias_ih = zeros({kHidden})},
          .out = 0.1 * normal({kHidden}, rng)};
}

/// How far the net is, in the mean square, from telling the next value of each wave from those before. waves: [steps + 1, waves]
Tensor loss(const Net& net, const Tensor& waves, Index checkpoint_every) {
  const Tensor now = slice(waves, {Slice{0, kSteps}}), next = slice(waves, {Slice{1, kSteps + 1}});
  const auto step = [&](const Tensor& hidden, const std::vector<Tensor>& at) {
    Tensor after = rnn_cell(reshape(at[0], {kWaves, 1}), hidden, net.cell);
    const Tensor miss = matmul(after, net.out) - at[1];
    return std::pair(std::move(after), square(miss));
  };
  return mean(scan(step, zeros({kWaves, kHidden}), std::vector<Tensor>{now, next}, {.checkpoint_every = checkpoint_every}).second);
}

/// Most bytes of tensors at once while the gradient is taken.
Index peak_of_gradient(const Net& net, const Tensor& waves, Index checkpoint_every) {
  const Index before = storage::live_bytes();
  storage::reset_peak_bytes();
  grad([&](const Net& at) { return loss(at, waves, checkpoint_every); })(net);
  return storage::peak_bytes() - before;
}

}  // namespace

int main() {
  const Tensor t = reshape(arange(kSteps + 1, f32), {kSteps + 1, 1}), shift = arange(kWaves, f32);
  const Tensor waves = 0.6 * sin(0.21 * t + shift) + 0.4 * sin(0.047 * t + 3.0 * shift);
  Rng rng(1);
  Net net = start(rng);
  optim::Stepper stepper(optim::adam({.rate = 0.005}), net);
  double first = 0, last = 0;
  for (int iteration = 0; iteration < 10; ++iteration) {
    auto [cost, slopes] = value_and_grad([&](const Net& at) { return loss(at, waves, 100); })(net);
    last = cost.item<double>();
    if (iteration == 0) first = last;
    std::printf("iteration %2d   mean square error %.4f\n", iteration, last);
    stepper.step(net, slopes);
  }
  const Index all = peak_of_gradient(net, waves, 0), some = peak_of_gradient(net, waves, 100);
  std::printf("a gradient's tensors: %td kB, without checkpoints %td kB\n", some / 1000, all / 1000);
  if (last < first / 4 && some < all / 10) return 0;
  std::fprintf(stderr, "long_sequence: the error fell from %g to %g, the memory from %td to %td bytes\n", first, last, all, some);
  return 1;
}
