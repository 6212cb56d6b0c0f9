#pragma once

#include <descent/autodiff/tape/graph.hpp>

namespace descent::inline v1::compiling {

/// Computes calls on constants, where the results are small, and leaves out those that give one of their inputs bit for bit: views and
/// broadcasts to the shape there is, and products with a constant 1.
void simplify(Graph& graph);

}  // namespace descent::inline v1::compiling
