#include <descent/examples/demo/page.hpp>

#include <ctime>
#include <filesystem>

#include <descent/autodiff/base/version.hpp>
#include <descent/plot/machine.hpp>

namespace demo {
namespace {

std::string now() {
  const std::time_t seconds = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", std::localtime(&seconds));
  return text;
}

}  // namespace

Page::Page(const Options& options) {
  report_.title = "Gradient descent, seen";
  report_.summary = "What a descent on a cost does: its steps, its learning rate, what it saves over trying, and what it trains.";
  report_.provenance = {.command = "demo" + options.line,
                        .version = "descent " + std::string(descent::version()),
                        .seed = std::to_string(options.seed),
                        .machine = descent::plot::machine_text(),
                        .when = now(),
                        .repeat = "./demo" + options.line};
}

std::uintmax_t Page::write(const std::string& path) const {
  descent::plot::write_report(path, report_);
  return std::filesystem::file_size(path);
}

}  // namespace demo
