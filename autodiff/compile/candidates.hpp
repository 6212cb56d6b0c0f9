#pragma once

#include <optional>
#include <vector>

#include <descent/autodiff/compile/sources.hpp>

namespace descent::inline v1::compiling {

/// What a call reads, seen through views and broadcasts.
struct Operand {
  Graph::Id base;
  Shape as;
  Form form;  ///< in the domain
};

/// A call that may join a group: what it does there, and what it asks of the group.
struct Candidate {
  enum class Does : std::uint8_t { map, convert, fold, multiply } does;
  std::size_t call;
  Graph::Id out;
  std::vector<Operand> in;
  Index numel;                      ///< of the domain
  bool few = false;                 ///< so few elements that it may be one of a list of kernels
  bool in_strips = false;           ///< it may go strip by strip
  bool total = false;               ///< in strips, a fold of all elements
  Form form = Form::full;           ///< in strips, of the result
  Cut cut = {};                     ///< in strips, that it asks for; of none: any
  kernels::Reduction reduction{};   ///< of a fold
  PointwiseRules::Kernel kernel{};  ///< of a map
};

/// Call number `c` as a candidate; none where it must run by itself.
std::optional<Candidate> candidate_of(const Graph& graph, const std::vector<Source>& sources, std::size_t c);

}  // namespace descent::inline v1::compiling
