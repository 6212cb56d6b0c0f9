#pragma once

#include <span>

#include <descent/plot/report.hpp>

#include <descent/examples/demo/options.hpp>
#include <descent/examples/demo/stage.hpp>

namespace demo {

/// One part of the demonstration. It runs, shows itself on the stage, checks its own result, and returns its part of the report.
/// throws  descent::Error: a result that is not what it must be
struct Scene {
  const char* name;
  const char* about;
  descent::plot::Section (*run)(const Options& options, Stage& stage);
};

descent::plot::Section descend(const Options& options, Stage& stage);
descent::plot::Section rates(const Options& options, Stage& stage);
descent::plot::Section curse(const Options& options, Stage& stage);
descent::plot::Section train(const Options& options, Stage& stage);
descent::plot::Section gradcheck(const Options& options, Stage& stage);

/// In the order in which they are shown.
std::span<const Scene> scenes();

}  // namespace demo
