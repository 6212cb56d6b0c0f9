// Clothes from 28 x 28 grey pixels: a network of two hidden layers on the 60,000 images of Fashion-MNIST.
//
//   fashion_mnist --data DIR [--epochs 5] [--batch 128] [--rate 0.003] [--seed 1]

#include <chrono>
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include <descent/data/fashion_mnist.hpp>
#include <descent/data/loader.hpp>
#include <descent/descent.hpp>
#include <descent/plot/progress.hpp>

using namespace descent;

namespace {

constexpr double kWanted = 0.88;

struct Network {
  nn::Linear first, second, out;

  Tensor operator()(const Tensor& x) const { return out(relu(second(relu(first(x))))); }
};

Network network(Rng& rng) {
  const nn::LinearOptions he{.init = nn::init::he_normal()};
  return {nn::linear(784, 256, rng, he), nn::linear(256, 128, rng, he), nn::linear(128, 10, rng)};
}

struct Options {
  std::string data;
  int epochs = 5;
  Index batch = 128;
  double rate = 3e-3;
  std::uint64_t seed = 1;
};

std::string words(const char* format, double number) {
  char text[32];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

double accuracy(const Network& model, const data::Dataset& set) {
  double right = 0;
  for (const auto& batch : data::Loader(set, {.batch = 1000, .shuffle = false}).epoch(0))
    right += sum(argmax(model(batch.inputs), -1) == batch.targets).item<double>();
  return right / static_cast<double>(set.inputs.size(0));
}

// The accuracy on the test images after the last epoch.
double trained(const Options& options) {
  const data::Split set = data::fashion_mnist(options.data);
  const data::Loader loader(set.train, {.batch = options.batch, .seed = options.seed});
  const Index images = set.train.inputs.size(0);

  Rng rng(options.seed);
  Network model = network(rng);
  std::fputs(to_string(nn::summary(model, set.train.inputs)).c_str(), stdout);

  const optim::Schedule rate = optim::cosine(options.rate, options.epochs * loader.size());
  optim::Stepper stepper(optim::adamw({.rate = rate}), model);
  const auto step = compile([](Network& net, optim::Stepper& updates, const Tensor& inputs, const Tensor& targets) {
    auto [value, slopes] = value_and_grad([&](const Network& m) { return nn::cross_entropy(m(inputs), targets); })(net);
    updates.step(net, std::move(slopes));
    return value;
  });
  plot::Progress progress(plot::terminal_of(stdout), {.rounds = options.epochs, .items = images, .unit = "img"});
  double reached = 0;
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    for (const auto& batch : loader.epoch(epoch)) {
      const Tensor value = step(model, stepper, batch.inputs, batch.targets);
      progress.advance(batch.inputs.size(0), words("loss %.3f", value.item<double>()));
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    reached = accuracy(model, set.test);
    progress.finish_round(words("test %.2f %%", 100 * reached) + words("  %.2f s", seconds));
  }
  return reached;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Trains a network on Fashion-MNIST and prints seconds an epoch and the test accuracy.");
  app.add_option("--data", options.data, "folder with the set's four files");
  app.add_option("--epochs", options.epochs, "passes over the training images")->capture_default_str();
  app.add_option("--batch", options.batch, "images a step")->capture_default_str();
  app.add_option("--rate", options.rate, "learning rate at the start")->capture_default_str();
  app.add_option("--seed", options.seed, "of the weights and the order of the images")->capture_default_str();
  app.footer("Example: fashion_mnist --data ~/data/fashion-mnist --epochs 10");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // --help
    return app.exit(error) == 0 && asked ? 0 : 2;
  }
  if (options.data.empty()) {
    std::fputs(
        "fashion_mnist: say where the images are with --data DIR; the four files are at https://github.com/zalandoresearch/fashion-mnist\n",
        stderr);
    return 2;
  }

  try {
    const double reached = trained(options);
    std::printf("test accuracy %.2f %% (10 000 images)\n", 100 * reached);
    if (reached >= kWanted) return 0;
    std::fprintf(stderr, "fashion_mnist: the test accuracy is under %.0f %%; train longer, or at another rate\n", 100 * kWanted);
  } catch (const Error& error) { std::fprintf(stderr, "%s\n", error.what()); }
  return 1;
}
