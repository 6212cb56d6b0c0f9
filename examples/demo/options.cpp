#include <descent/examples/demo/options.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include <descent/examples/demo/scenes.hpp>

namespace demo {
namespace {

constexpr int kWrongUsage = 2;

/// The number of letters to add, drop or change (Levenshtein 1966).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < b.size(); ++k) {
      const std::size_t changed = diagonal + (a[i] == b[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({changed, row[k] + 1, row[k + 1] + 1});
    }
  }
  return row.back();
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  return *std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) { return distance(word, a) < distance(word, b); });
}

int wrong_usage(const std::string& sentence) {
  std::fprintf(stderr, "demo: %s\n", sentence.c_str());
  return kWrongUsage;
}

std::string unknown(const char* what, const std::string& word, const std::vector<std::string>& known) {
  return std::string("there is no ") + what + " '" + word + "'; did you mean '" + nearest(word, known) + "'?";
}

std::vector<std::string> names_of_scenes() {
  std::vector<std::string> names;
  for (const Scene& scene : scenes()) names.emplace_back(scene.name);
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string help_on_scenes() {
  std::string text = "one of these; all when left out";
  for (const Scene& scene : scenes()) text += "\n" + std::string(scene.name) + ": " + scene.about;
  return text;
}

/// What is wrong with options that could be read; empty: nothing.
std::string objection(const Options& options, const CLI::App& app) {
  const std::vector<std::string> extra = app.remaining();
  const std::vector<std::string> known = names_of_scenes();
  for (const std::string& word : extra)
    if (word.starts_with('-')) return unknown("option", word.substr(0, word.find('=')), names_of_options(app));
  if (!options.scene.empty() && std::find(known.begin(), known.end(), options.scene) == known.end())
    return unknown("scene", options.scene, known);
  if (!extra.empty()) return "one scene at a time, or none for all; '" + extra.front() + "' is one too many";
  if (options.rate && !(*options.rate > 0 && std::isfinite(*options.rate))) return "--rate must be a number above 0";
  if (options.start && !std::isfinite(*options.start)) return "--start must be a number";
  if (options.steps && *options.steps < 1) return "--steps must be 1 or more";
  return "";
}

}  // namespace

std::variant<Options, int> read_options(int argc, char** argv) {
  Options options;
  CLI::App app("Five scenes on gradient descent, in the terminal and in one HTML page.", "demo");
  app.allow_extras();
  app.add_option("scene", options.scene, help_on_scenes())->option_text("[SCENE]");
  app.add_option("--rate", options.rate, "learning rate [descend 1.6, curse 0.2, train 0.003; rates: one more]")->option_text("R");
  app.add_option("--start", options.start, "where the descent starts, in descend and rates [-2]")->option_text("X");
  app.add_option("--seed", options.seed, "of everything random [1]")->option_text("S");
  app.add_option("--steps", options.steps, "most steps of a descent [100]; in train, epochs [8]")->option_text("N");
  app.add_option("--data", options.data, "folder of Fashion-MNIST for train [drawn digits]")->option_text("DIR");
  app.add_option("--html", options.html, "the report [report.html]")->option_text("FILE");
  app.add_flag("--plain", options.plain, "ASCII without colours");
  app.footer("Without a scene, --rate, --start and --steps are for descend.\n\nExample: demo descend --rate 2.1 --start 3");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? app.exit(error) : wrong_usage(error.what());  // 0: --help
  }
  if (const std::string sentence = objection(options, app); !sentence.empty()) return wrong_usage(sentence);
  for (int i = 1; i < argc; ++i) options.line += std::string(" ") + argv[i];
  return options;
}

}  // namespace demo
