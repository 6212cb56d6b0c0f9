#pragma once

#include <functional>
#include <span>
#include <string_view>

#include <descent/tests/conformance/value.hpp>

namespace descent::conformance {

/// What a row gives: one tensor or several.
struct Results {
  Tensors all;
  Results(Tensor only) : all{std::move(only)} {}                                            // NOLINT: rows return what they have
  Results(Tensors several) : all(std::move(several)) {}                                     // NOLINT
  Results(ValuesAndIndices both) : all{std::move(both.values), std::move(both.indices)} {}  // NOLINT
};

/// One of the producer's ops, in terms of descent's. throws Later for an option that descent does not have yet
struct Row {
  std::string_view name;
  std::function<Results(const Args&)> run;
  int orders = 2;  ///< derivatives in which the producer is to be matched; its own errors are said beside the row
};

/// Every op that the cases can be run for.
std::span<const Row> table();

}  // namespace descent::conformance
