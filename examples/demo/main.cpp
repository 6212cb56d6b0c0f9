// Five scenes on gradient descent: `demo`, `demo SCENE`, `demo --help`.

#include <chrono>
#include <cstdio>
#include <exception>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/plot/terminal.hpp>

#include <descent/examples/demo/options.hpp>
#include <descent/examples/demo/page.hpp>
#include <descent/examples/demo/scenes.hpp>
#include <descent/examples/demo/stage.hpp>

namespace demo {

namespace {

constexpr Scene kScenes[] = {
    {"descend", "the tutorial made real", &descend},   {"rates", "how far should one step go?", &rates},
    {"curse", "brute force against calculus", &curse}, {"train", "from one gate to images", &train},
    {"gradcheck", "every slope, checked", &gradcheck},
};

/// What a scene is told: without a scene named, the numbers given are the first one's.
Options told(Options options, const Scene& scene) {
  if (!options.scene.empty() || scene.run == &descend) return options;
  options.rate.reset();
  options.start.reset();
  options.steps.reset();
  return options;
}

/// One scene, whose complaints about a rate that was asked for name a better one.
descent::plot::Section shown(const Scene& scene, const Options& options, Stage& stage) {
  try {
    return scene.run(options, stage);
  } catch (const descent::ValueError&) {
    if (!options.rate) throw;
    throw descent::Error(words("%s: at rate %g the cost grows beyond all numbers; try --rate 0.01", scene.name, *options.rate));
  }
}

void run(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto one = descent::kernels::set_threads(1);  // small networks gain little by more, and a busy machine makes them wait
  Stage stage(options.plain ? descent::plot::Terminal{.stream = stdout, .glyphs = descent::plot::Glyphs::ascii}
                            : descent::plot::terminal_of(stdout));
  Page page(options);
  for (std::size_t i = 0; i < std::size(kScenes); ++i) {
    const Scene& scene = kScenes[i];
    if (!options.scene.empty() && options.scene != scene.name) continue;
    stage.open(i + 1, scene.name, scene.about);
    page.add(shown(scene, told(options, scene), stage));
    std::fflush(stdout);
  }
  const auto bytes = page.write(options.html);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  stage.say(
      words("The pictures are in %s (%.0f kB). All this took %.1f s.", options.html.c_str(), static_cast<double>(bytes) / 1000, seconds));
}

}  // namespace

std::span<const Scene> scenes() { return kScenes; }

}  // namespace demo

namespace {

int failed(const char* sentence) {
  std::fflush(stdout);
  std::fprintf(stderr, "demo: %s\n", sentence);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto read = demo::read_options(argc, argv);
    if (const int* code = std::get_if<int>(&read)) return *code;
    demo::run(std::get<demo::Options>(read));
    return 0;
  } catch (const descent::Error& error) { return failed(error.sentence().c_str()); } catch (const std::exception& error) {
    return failed(error.what());
  }
}
