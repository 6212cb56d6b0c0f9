#include <descent/autodiff/compile/plan.hpp>

#include <algorithm>

namespace descent::inline v1::compiling {

Plan one_by_one(const Graph& graph) {
  Plan plan;
  for (std::size_t c = 0; c < graph.calls.size(); ++c) plan.steps.push_back({false, c, {}});
  mark_last_reads(graph, plan);
  return plan;
}

void mark_last_reads(const Graph& graph, Plan& plan) {
  std::vector<std::uint8_t> later(graph.values.size());
  for (Graph::Id id = 0; id < later.size(); ++id) later[id] = id < graph.inputs || graph.values[id].constant.present();
  for (const Graph::Id out : graph.outputs)
    if (out != Graph::none) later[out] = 1;
  for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
    const auto mark = [&](Graph::Id id) {
      if (id == Graph::none || later[id] != 0) return;
      later[id] = 1;
      step->last_reads.push_back(id);
    };
    if (step->grouped) std::for_each(plan.groups[step->number].memory.begin(), plan.groups[step->number].memory.end(), mark);
    else std::for_each(graph.calls[step->number].in.begin(), graph.calls[step->number].in.end(), mark);
  }
}

}  // namespace descent::inline v1::compiling
