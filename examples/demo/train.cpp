// Scene 4. Networks learn a gate, two spirals, and images.

#include <utility>

#include <descent/examples/demo/train.hpp>

namespace demo {

using descent::plot::Exhibit;
using descent::plot::Section;

Section train(const Options& options, Stage& stage) {
  Section whole{.title = "Train", .text = "The same descent on hundreds and on thousands of weights at once."};
  for (const auto part : {&train_gate, &train_spirals, &train_images}) {
    Section one = part(options, stage);
    for (Exhibit& exhibit : one.exhibits) whole.exhibits.push_back(std::move(exhibit));
  }
  return whole;
}

}  // namespace demo
