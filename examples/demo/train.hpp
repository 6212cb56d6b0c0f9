#pragma once

#include <descent/examples/demo/scenes.hpp>

// The three parts of scene 4, each on harder data than the one before.

namespace demo {

descent::plot::Section train_gate(const Options& options, Stage& stage);
descent::plot::Section train_spirals(const Options& options, Stage& stage);
descent::plot::Section train_images(const Options& options, Stage& stage);

}  // namespace demo
