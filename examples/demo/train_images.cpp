// Images: drawn digits, or Fashion-MNIST where its folder is given. Summary, progress, accuracy, a saved model.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include <descent/data/fashion_mnist.hpp>
#include <descent/data/glyphs.hpp>
#include <descent/data/loader.hpp>
#include <descent/data/save.hpp>
#include <descent/descent.hpp>
#include <descent/examples/demo/train.hpp>
#include <descent/plot/figures.hpp>
#include <descent/plot/mosaic.hpp>
#include <descent/plot/progress.hpp>

namespace demo {

using namespace descent;

namespace {

constexpr const char* kFile = "model.safetensors";
constexpr Index kHidden = 128;
constexpr Index kClasses = 10;
constexpr Index kBatch = 64;

struct Task {
  data::Split set;
  const char* name;
  Index side;     // of an image, in pixels
  double wanted;  // accuracy on the test images, when nothing was asked for
};

Task task_of(const Options& options) {
  if (!options.data.empty()) return {data::fashion_mnist(options.data), "pieces of clothing", 28, 0.85};
  const data::Dataset all = data::glyphs({.rows = 12'000, .seed = options.seed});
  return {data::split(all, 10'000.0 / 12'000, options.seed), "drawn digits", 16, 0.95};
}

struct Score {
  double loss, accuracy;
};

Score score(const nn::Chain& model, const data::Dataset& set) {
  const Tensor logits = model(set.inputs);
  return {nn::cross_entropy(logits, set.targets).item<double>(), mean(argmax(logits, -1) == set.targets).item<double>()};
}

struct Course {
  std::vector<double> training, test;  // the loss, epoch by epoch
  double accuracy = 0;
};

void require_finite(double loss, Index step, double rate) {
  if (!std::isfinite(loss))
    throw Error(words("train: the loss is %g after %td steps at rate %g; try --rate %g", loss, step, rate, std::min(0.01, rate / 10)));
}

std::string loss_text(double loss) { return words(loss < 1000 ? "loss %.3f" : "loss %.3g", loss); }

Course trained(nn::Chain& model, const Task& task, const Options& options, Stage& stage) {
  const int epochs = static_cast<int>(options.steps.value_or(8));
  const double rate = options.rate.value_or(0.003);
  const data::Loader loader(task.set.train, {.batch = kBatch, .seed = options.seed});
  optim::Stepper stepper(optim::adamw({.rate = optim::cosine(rate, epochs * loader.size())}), model);
  plot::Progress progress(stage.terminal(), {.rounds = epochs, .items = task.set.train.inputs.size(0), .unit = "img"});
  Course course;
  Index steps = 0;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    double total = 0;
    for (const auto& batch : loader.epoch(epoch)) {
      const auto loss = value_and_grad([&](const nn::Chain& m) { return nn::cross_entropy(m(batch.inputs), batch.targets); });
      auto [value, slopes] = loss(model);
      require_finite(value.item<double>(), ++steps, rate);
      stepper.step(model, std::move(slopes));
      total += value.item<double>();
      progress.advance(batch.inputs.size(0), loss_text(value.item<double>()));
    }
    const Score now = score(model, task.set.test);
    course.training.push_back(total / static_cast<double>(loader.size()));
    course.test.push_back(now.loss);
    course.accuracy = now.accuracy;
    progress.finish_round(loss_text(course.training.back()) + words("  acc %.1f %%", 100 * now.accuracy));
  }
  stage.show_lines("\n");
  return course;
}

plot::Image picture_of(const Tensor& pixels, Index side) {
  return plot::gray_image(pixels.to_vector<double>(), static_cast<int>(side), static_cast<int>(side), {0.2, 1});
}

/// The first test images, and what the model takes them for.
std::vector<plot::Picture> predictions(const nn::Chain& model, const Task& task, Index count) {
  const std::vector<Index> says = argmax(model(task.set.test.inputs), -1).to_vector<Index>();
  const std::vector<Index> truth = task.set.test.targets.to_vector<Index>();
  const auto name = [&](Index c) { return task.set.test.class_names.at(static_cast<std::size_t>(c)); };
  std::vector<plot::Picture> pictures;
  for (Index i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    pictures.push_back(
        {picture_of(at(task.set.test.inputs, i), task.side), name(says[k]) + (says[k] == truth[k] ? "" : ", truly " + name(truth[k]))});
  }
  return pictures;
}

void show_pictures(Stage& stage, const std::vector<plot::Picture>& pictures) {
  std::vector<plot::Image> images;
  std::vector<std::string> captions;
  for (const plot::Picture& one : pictures) {
    images.push_back(one.image);
    captions.push_back(one.caption);
  }
  stage.show_lines(plot::montage(images, captions, {.columns = stage.terminal().columns, .glyphs = stage.terminal().glyphs}) + "\n");
}

/// What the first hidden units look for.
plot::Image weights_of(const nn::Chain& model, Index side) {
  const Tensor weight = tree::leaves(model).front();  // [hidden, pixels]
  std::vector<plot::Image> units;
  for (Index unit = 0; unit < 32; ++unit)
    units.push_back(plot::signed_image(at(weight, unit).to_vector<double>(), static_cast<int>(side), static_cast<int>(side)));
  return plot::image_grid(units, 16, 2);
}

void save_and_check(const nn::Chain& model) {
  save(kFile, model);
  if (!tree::all_close(loaded(kFile, model), model, {.rtol = 0, .atol = 0}))
    throw Error(words("train: the model read back from %s is another", kFile));
}

}  // namespace

plot::Section train_images(const Options& options, Stage& stage) {
  const Task task = task_of(options);
  const Index images = task.set.train.inputs.size(0);
  Rng rng(options.seed);
  nn::Chain model(nn::linear(task.side * task.side, kHidden, rng, {.init = nn::init::he_normal()}), nn::Relu{},
                  nn::linear(kHidden, kClasses, rng));

  stage.say(words("%s %s of %td x %td pixels to learn from, %s to be tested on:", plot::grouped(static_cast<double>(images)).c_str(),
                  task.name, task.side, task.side, plot::grouped(static_cast<double>(task.set.test.inputs.size(0))).c_str()));
  stage.show_lines(to_string(nn::summary(model, abstract_tensor({kBatch, task.side * task.side}, f32))) + "\n");
  const Course course = trained(model, task, options, stage);
  save_and_check(model);

  const std::vector<plot::Picture> pictures = predictions(model, task, 10);
  show_pictures(stage, {pictures.begin(), pictures.begin() + 5});
  const std::string told = words("Test accuracy %.1f %% (%s images). Saved %s (%.0f kB).", 100 * course.accuracy,
                                 plot::grouped(static_cast<double>(task.set.test.inputs.size(0))).c_str(), kFile,
                                 static_cast<double>(std::filesystem::file_size(kFile)) / 1000);
  stage.say(told);
  const bool asked = options.rate || options.steps;  // then less is no mistake of ours
  if (!asked && course.accuracy < task.wanted)
    throw Error(words("train: the accuracy should be %.0f %% or more; try another --seed", 100 * task.wanted));
  return {.exhibits = {{.figure = plot::loss_curves(
                            {.title = "Images: the loss while training", .training = course.training, .validation = course.test}),
                        .caption = told},
                       {.pictures = pictures, .picture_width = 62, .caption = "Test images, and what the network takes them for."},
                       {.pictures = {{weights_of(model, task.side), ""}},
                        .picture_width = 720,
                        .caption = "What 32 of the hidden units look for: ink that speaks for (orange) and against (blue)."}}};
}

}  // namespace demo
