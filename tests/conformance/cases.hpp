#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <descent/tests/conformance/value.hpp>

// Reading the cases: an index, and for each op a json file beside flat arrays.

namespace descent::conformance {

/// One call with what it gives. Lists of results are empty where the producer has none.
struct Case {
  std::vector<Value> placed;
  NamedValues named;
  Tensors tensors;
  Tensors out;
  std::vector<std::size_t> by;       ///< tensors differentiated by
  std::vector<std::size_t> results;  ///< results that have a cotangent
  Tensors ct, t;                     ///< cotangents, by result; tangents, by tensor differentiated by
  Tensors vjp, jvp, hvp;             ///< J^T ct; J t; the gradient of <t, J^T ct>
  bool sound = false;                ///< derivatives are to be matched; otherwise a difference is a warning
};

/// The names of the ops in a folder. throws std::runtime_error: unreadable, or not the format known here
std::vector<std::string> read_index(const std::filesystem::path& folder);
/// throws std::runtime_error: unreadable, or not the format known here
std::vector<Case> read_cases(const std::filesystem::path& folder, const std::string& op);

}  // namespace descent::conformance
