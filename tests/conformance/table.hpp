#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

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

// The rows of one family each, in table.cpp and rows_*.cpp.
std::span<const Row> basic_rows();
std::span<const Row> convolution_rows();
std::span<const Row> linalg_rows();
std::span<const Row> order_rows();  ///< scans, sorts, order statistics, scatters
std::span<const Row> nn_rows();     ///< layers that normalise, losses
std::span<const Row> special_rows();

/// Every op that the cases can be run for.
const std::vector<Row>& table();

}  // namespace descent::conformance
