#pragma once

#include <span>
#include <vector>

#include <descent/autodiff/compile/plan.hpp>

namespace descent::inline v1::compiling {

/// A graph that is run again and again: planned once, with the room that a run needs kept from one to the next.
class Executable {
 public:
  /// `fused`: whether calls are run together; the results are the same bits.
  Executable(Graph graph, bool fused);

  /// The graph's outputs on `in`. No open tape sees the calls.   throws what an op throws, with its place
  void run(std::span<const Tensor> in, std::span<Tensor> out);

  const Graph& graph() const { return graph_; }
  const Plan& plan() const { return plan_; }

 private:
  void run_call(const Graph::Call& call, const Step& step);
  void run_group(std::size_t number);

  Graph graph_;
  Plan plan_;
  std::vector<Tensor> values_;                   // by id; constants stay
  std::vector<Tensor> arguments_, results_;      // of the call at hand
  std::vector<std::byte*> places_;               // of the group at hand
  std::vector<std::vector<std::byte>> numbers_;  // what the strips of each group leave for its totals
};

}  // namespace descent::inline v1::compiling
