// A network that is described by words, as a configuration file would: layers are chosen while the program runs. It is trained on two
// half moons, saved, and loaded into a model made from the same words.

#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <descent/data/generate.hpp>
#include <descent/data/save.hpp>
#include <descent/descent.hpp>

using namespace descent;

namespace {

// "tanh", or a number: a linear layer with so many outputs.
nn::Chain built(const std::vector<std::string>& words, Index inputs, Rng& rng) {
  nn::Chain model;
  Index width = inputs;
  for (const std::string& word : words) {
    Index outputs = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), outputs).ec == std::errc()) {
      model.add(nn::linear(width, outputs, rng));
      width = outputs;
    } else if (word == "relu") model.add(nn::Relu{});
    else if (word == "tanh") model.add(nn::Tanh{});
    else if (word == "norm") model.add(nn::layer_norm(width));
    else if (word == "sine") model.add([](const Tensor& x) { return sin(x); });  // any function of a tensor is a layer
    else throw ValueError("model_at_run_time: unknown layer '" + word + "'; there are relu, tanh, norm, sine and numbers");
  }
  return model;
}

}  // namespace

int main() {
  const std::vector<std::string> words = {"16", "sine", "norm", "16", "relu", "2"};
  const data::Dataset moons = data::moons({.rows = 400});
  Rng rng(1);
  nn::Chain model = built(words, 2, rng);
  std::fputs(to_string(nn::summary(model, moons.inputs)).c_str(), stdout);

  const auto loss = value_and_grad([&](const nn::Chain& m) { return nn::cross_entropy(m(moons.inputs), moons.targets); });
  optim::Stepper stepper(optim::chain(optim::clip_by_global_norm(1), optim::adam({.rate = 0.01})), model);
  for (int step = 0; step < 300; ++step) {
    const auto [value, slopes] = loss(model);
    if (step % 100 == 0) std::printf("step %3d   loss %.4f\n", step, value.item<double>());
    stepper.step(model, slopes);
  }

  save("model_at_run_time.safetensors", model);
  const nn::Chain again = loaded("model_at_run_time.safetensors", built(words, 2, rng));
  const bool same = tree::all_close(model, again, {.rtol = 0, .atol = 0});
  const double accuracy = mean(argmax(again(moons.inputs), -1) == moons.targets).item<double>();
  std::printf("accuracy %.1f %%, loaded again from model_at_run_time.safetensors\n", 100 * accuracy);

  if (same && accuracy > 0.98) return 0;
  std::fprintf(stderr, "model_at_run_time: accuracy %.1f %%, the loaded model is %s\n", 100 * accuracy, same ? "the same" : "another");
  return 1;
}
