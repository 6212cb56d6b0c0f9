// Two spirals: the plane as the network divides it, after some epochs.

#include <cmath>
#include <limits>
#include <vector>

#include <descent/data/generate.hpp>
#include <descent/data/loader.hpp>
#include <descent/descent.hpp>
#include <descent/examples/demo/train.hpp>
#include <descent/plot/figures.hpp>
#include <descent/plot/mosaic.hpp>

namespace demo {

using namespace descent;

namespace {

constexpr int kEpochs = 60;
constexpr int kLooks[] = {2, 10, kEpochs};  // epochs after which the plane is drawn
constexpr int kTiles = 24;                  // of a side of a small map
constexpr int kGap = 3;                     // between two maps
constexpr plot::Range kSquare = {-1.1, 1.1};

struct Network {
  nn::Linear first, second, out;

  Tensor operator()(const Tensor& x) const { return out(silu(second(silu(first(x))))); }
};

double accuracy(const Network& model, const data::Dataset& set) {
  return mean(argmax(model(set.inputs), -1) == set.targets).item<double>();
}

/// The class of every tile of the square, row 0 at the bottom.
plot::Grid decisions(const Network& model, int side) {
  const Tensor along = linspace(kSquare.low, kSquare.high, side);
  const Tensor x = broadcast_to(along, {side, side});
  const Tensor y = broadcast_to(reshape(along, {side, 1}), {side, side});
  const Tensor classes = argmax(model(reshape(stack({x, y}, -1), {-1, 2})), -1);
  return {.x = kSquare, .y = kSquare, .columns = side, .rows = side, .values = classes.to_vector<double>()};
}

/// Maps side by side, with room between them.
plot::Grid abreast(const std::vector<plot::Grid>& maps) {
  const int count = static_cast<int>(maps.size());
  plot::Grid all{.columns = count * (kTiles + kGap) - kGap, .rows = kTiles};
  all.x = {0, static_cast<double>(all.columns)};
  all.y = {0, static_cast<double>(all.rows)};
  for (int row = 0; row < kTiles; ++row)
    for (int i = 0; i < count; ++i) {
      const auto from = maps[static_cast<std::size_t>(i)].values.begin() + row * kTiles;
      all.values.insert(all.values.end(), from, from + kTiles);
      if (i + 1 < count) all.values.insert(all.values.end(), kGap, std::numeric_limits<double>::quiet_NaN());
    }
  return all;
}

std::vector<plot::NamedPath> samples_of(const data::Dataset& set) {
  std::vector<plot::NamedPath> samples = {{"one arm", {}}, {"the other", {}}};
  const std::vector<double> x = set.inputs.to_vector<double>();
  const std::vector<Index> arm = set.targets.to_vector<Index>();
  for (std::size_t i = 0; i < arm.size(); ++i) samples[static_cast<std::size_t>(arm[i])].points.push_back({x[2 * i], x[2 * i + 1]});
  return samples;
}

}  // namespace

plot::Section train_spirals(const Options& options, Stage& stage) {
  const data::Dataset train = data::spirals({.rows = 600, .seed = options.seed});
  const data::Dataset test = data::spirals({.rows = 400, .seed = options.seed + 1});
  const data::Loader loader(train, {.batch = 32, .seed = options.seed});
  Rng rng(options.seed);
  Network model{nn::linear(2, 32, rng), nn::linear(32, 32, rng), nn::linear(32, 2, rng)};
  optim::Stepper stepper(optim::adamw({.rate = optim::cosine(0.02, kEpochs * loader.size())}), model);

  stage.say(
      words("Two spirals wound around each other: 2-32-32-2 with SiLU, %td weights. What the network thinks of each "
            "point of the square after some epochs, and how often it is right:",
            tree::count(model)));
  std::vector<plot::Grid> maps;
  std::string captions;
  for (int epoch = 1; epoch <= kEpochs; ++epoch) {
    for (const auto& batch : loader.epoch(epoch))
      stepper.step(model, grad([&](const Network& m) { return nn::cross_entropy(m(batch.inputs), batch.targets); })(model));
    if (epoch != kLooks[maps.size()]) continue;
    maps.push_back(decisions(model, kTiles));
    captions += plot::fitted(words("after %d: %.1f %%", epoch, 100 * accuracy(model, test)),
                             maps.size() < std::size(kLooks) ? kTiles + kGap : kTiles);
  }
  const plot::Terminal& terminal = stage.terminal();
  stage.show_lines(plot::shortened(captions, terminal.columns, terminal.glyphs) + "\n");
  stage.show_lines(plot::class_map(abreast(maps), {.columns = std::min(terminal.columns, abreast(maps).columns),
                                                   .colour = terminal.colour,
                                                   .glyphs = terminal.glyphs}) +
                   "\n");

  const double reached = accuracy(model, test);
  if (reached < 0.95) throw Error(words("train: only %.1f %% of the spirals' points are told apart; try another --seed", 100 * reached));
  plot::Figure figure = plot::decision_map(
      {.title = "Two spirals: what the network decides where", .classes = decisions(model, 72), .samples = samples_of(train)});
  return {
      .exhibits = {{.figure = figure, .caption = words("Test accuracy %.1f %% after %d epochs of 600 points.", 100 * reached, kEpochs)}}};
}

}  // namespace demo
