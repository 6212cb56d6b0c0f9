// Exclusive or: four rows, one hidden layer, a truth table.

#include <vector>

#include <descent/data/generate.hpp>
#include <descent/descent.hpp>
#include <descent/examples/demo/train.hpp>

namespace demo {

using namespace descent;

namespace {

constexpr int kSteps = 500;

struct Gate {
  nn::Linear hidden, out;

  Tensor operator()(const Tensor& x) const { return out(tanh(hidden(x))); }
};

}  // namespace

plot::Section train_gate(const Options& options, Stage& stage) {
  const data::Dataset corners = data::xor_gate();
  const Tensor wanted = reshape(cast(corners.targets, f32), {4, 1});
  Rng rng(options.seed);
  Gate model{nn::linear(2, 8, rng), nn::linear(8, 1, rng)};
  const auto slopes = grad([&](const Gate& m) { return nn::binary_cross_entropy_with_logits(m(corners.inputs), wanted); });
  optim::Stepper stepper(optim::adam({.rate = 0.05}), model);
  for (int step = 0; step < kSteps; ++step) stepper.step(model, slopes(model));

  using plot::Align;
  plot::Table table{.columns = {{"a", Align::right}, {"b", Align::right}, {"a xor b", Align::right}, {"the network says", Align::right}}};
  const std::vector<float> x = corners.inputs.to_vector<float>();
  const std::vector<Index> truth = corners.targets.to_vector<Index>();
  const std::vector<float> says = sigmoid(model(corners.inputs)).to_vector<float>();
  bool right = true;
  for (std::size_t row = 0; row < 4; ++row) {
    right &= (says[row] > 0.5F) == (truth[row] == 1);
    table.rows.push_back({words("%.0f", x[2 * row]), words("%.0f", x[2 * row + 1]), std::to_string(truth[row]), words("%.4f", says[row])});
  }
  const std::string told = words("Exclusive or, which no single layer can say: 2 inputs, 8 hidden units, %td weights, %d steps of Adam.",
                                 tree::count(model), kSteps);
  stage.say(told);
  stage.show(table);
  if (!right) throw Error("train: the network has not learnt exclusive or; try another --seed");
  return {.exhibits = {{.caption = told, .table = table}}};
}

}  // namespace demo
