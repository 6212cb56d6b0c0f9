#pragma once

#include <cstddef>
#include <vector>

#include <descent/autodiff/compile/small.hpp>
#include <descent/autodiff/compile/strips.hpp>
#include <descent/autodiff/tape/graph.hpp>

namespace descent::inline v1::compiling {

/// Calls that run together: strip by strip, or, where elements are few, one after the other in memory of their own.
struct Group {
  /// A sum of all elements: each strip leaves one number, which are added up at the end as a sum adds its blocks.
  struct Total {
    std::uint32_t memory;  ///< the strips' numbers
    Graph::Id result;
    void (*add_up)(const void* parts, Index n, void* y);
  };
  bool small = false;  ///< few elements: `few` is run, else `program`
  StripProgram program;
  SmallProgram few;
  std::vector<Graph::Id> memory;   ///< the tensor behind each place of the program; `none` for the numbers of a total
  std::vector<Graph::Id> results;  ///< of those, what the group computes
  std::vector<Total> totals;
  std::vector<std::size_t> calls;  ///< of the graph, in their order
};

/// What is run, in order: a call of the graph by itself, or a group.
struct Step {
  bool grouped;
  std::size_t number;                 ///< of the call in the graph, or of the group
  std::vector<Graph::Id> last_reads;  ///< values, neither inputs nor constants, that no later step reads
};

struct Plan {
  std::vector<Group> groups;
  std::vector<Step> steps;
};

/// Puts element-wise calls, conversions, broadcasts and reductions of rows together where one reads what another made, or the same as
/// another, and all others in steps by themselves.
Plan fuse(const Graph& graph);
/// Each call in a step by itself.
Plan one_by_one(const Graph& graph);
/// Sets the last_reads of each step.
void mark_last_reads(const Graph& graph, Plan& plan);

}  // namespace descent::inline v1::compiling
