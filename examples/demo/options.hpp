#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <descent/autodiff/base/index.hpp>

namespace demo {

/// What the command line asks for. What is left open has a default of the scene's own.
struct Options {
  std::string scene;  ///< empty: all of them
  std::optional<double> rate;
  std::optional<double> start;
  std::optional<descent::Index> steps;
  std::uint64_t seed = 1;
  std::string data;  ///< folder of Fashion-MNIST; empty: drawn digits
  std::string html = "report.html";
  bool plain = false;
  std::string line;  ///< as it was typed, without the program
};

/// The options, or the code to exit with once the words about it (help, a mistake) are said.
std::variant<Options, int> read_options(int argc, char** argv);

}  // namespace demo
