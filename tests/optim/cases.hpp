#pragma once

#include <cmath>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

// The shared cases of optimisers, schedules and clipping: what another implementation does, in f64.

namespace descent::test {

/// One table of the file; nothing, with a warning, where there is no file.
inline std::optional<nlohmann::json> optimiser_cases(const char* table) {
  const std::filesystem::path path = shared() / "optim_cases.json";
  std::ifstream in(path);
  if (!in) {
    WARN("skipped: there is no " << path);
    return {};
  }
  return nlohmann::json::parse(in).at(table);
}

/// Whether each number is within 1e-10 of the wanted one, relative to it.
inline bool agree(const std::vector<double>& got, const std::vector<double>& wanted) {
  return std::equal(got.begin(), got.end(), wanted.begin(), wanted.end(),
                    [](double a, double b) { return std::abs(a - b) <= 1e-10 * std::abs(b); });
}

}  // namespace descent::test
