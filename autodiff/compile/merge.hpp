#pragma once

#include <descent/autodiff/tape/graph.hpp>

namespace descent::inline v1::compiling {

/// Calls that are alike (the same op and parameters on the same values) become one, and so do equal 0-d constants. All ops are pure:
/// a random one reads its key and counter.
void merge_common(Graph& graph);

}  // namespace descent::inline v1::compiling
