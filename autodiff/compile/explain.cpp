#include <algorithm>

#include <fmt/format.h>

#include <descent/autodiff/compile/variant.hpp>
#include <descent/autodiff/tape/kinds/pointwise.hpp>

namespace descent::inline v1::detail {
namespace {

using compiling::Group;
using compiling::Plan;
using compiling::Step;

Index bytes_of(const Abstract& like) { return like.shape.numel() * size_of(like.dtype); }

std::string readable(Index bytes) {
  if (bytes < 10 * 1024) return fmt::format("{} B", bytes);
  if (bytes < 10 * 1024 * 1024) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024 * 1024));
}

std::string counted(std::size_t count, const char* what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

/// "tanh"; and "tanh'" for its slope times a cotangent.
std::string name_of(const Op& op) { return std::string(op.name) + (op.pointwise != nullptr && op.pointwise->is_times ? "'" : ""); }

/// "mul 3, tanh, sum": what calls there are, in the order of their first one.
std::string names_of(const Graph& graph, const std::vector<std::size_t>& calls) {
  std::vector<std::pair<std::string, int>> counts;
  for (const std::size_t c : calls) {
    const std::string name = name_of(*graph.calls[c].op);
    const auto found = std::find_if(counts.begin(), counts.end(), [&](const auto& entry) { return entry.first == name; });
    if (found == counts.end()) counts.emplace_back(name, 1);
    else ++found->second;
  }
  std::string text;
  for (const auto& [name, count] : counts)
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", name, count == 1 ? "" : fmt::format(" {}", count));
  return text;
}

/// The most that values on the way, results included, take at once.
Index peak_of(const Graph& graph, const Plan& plan) {
  Index alive = 0, peak = 0;
  const auto size = [&](Graph::Id id) { return bytes_of(graph.values[id].like); };
  std::vector<std::uint8_t> made(graph.values.size());
  const auto make = [&](Graph::Id id) { made[id] = 1, alive += size(id); };
  for (const Step& step : plan.steps) {
    if (step.grouped) {
      for (const Graph::Id id : plan.groups[step.number].results) make(id);
      for (const Group::Total& total : plan.groups[step.number].totals) make(total.result);
    } else {
      const Graph::Call& call = graph.calls[step.number];
      if (!call.op->views)
        for (std::uint32_t k = 0; k < call.outputs; ++k) make(call.first_out + k);
    }
    peak = std::max(peak, alive);
    for (const Graph::Id id : step.last_reads)
      if (made[id] != 0) alive -= size(id);
  }
  return peak;
}

std::string step_line(const Graph& graph, const Plan& plan, const Step& step) {
  Index bytes = 0;
  if (!step.grouped) {
    const Graph::Call& call = graph.calls[step.number];
    if (!call.op->views)
      for (const Graph::Id id : call.in) bytes += bytes_of(graph.values[id].like);
    for (std::uint32_t k = 0; k < call.outputs && !call.op->views; ++k) bytes += bytes_of(graph.values[call.first_out + k].like);
    const Abstract& like = graph.values[call.first_out].like;
    return fmt::format("  {:>12} {:>12}  {} {}\n", like.shape.numel(), readable(bytes), name_of(*call.op), to_string(like));
  }
  const Group& group = plan.groups[step.number];
  for (const Graph::Id id : group.memory)
    if (id != Graph::none) bytes += bytes_of(graph.values[id].like);
  if (group.small) {
    Index most = 0;
    for (const std::size_t c : group.calls) most = std::max(most, graph.values[graph.calls[c].first_out].like.shape.numel());
    return fmt::format("  {:>12} {:>12}  fused, {} one after the other: {}\n", fmt::format("<= {}", most), readable(bytes),
                       counted(group.calls.size(), "call"), names_of(graph, group.calls));
  }
  const Index elements = group.program.rows * group.program.columns;
  return fmt::format("  {:>12} {:>12}  fused, {} in {}: {}\n", elements, readable(bytes), counted(group.calls.size(), "call"),
                     counted(static_cast<std::size_t>(group.program.strips()), "strip"), names_of(graph, group.calls));
}

}  // namespace

std::string explained(const Variant& variant) {
  const Graph& graph = variant.executable->graph();
  const Plan& plan = variant.executable->plan();
  std::string text = counted(graph.inputs, "tensor") + fmt::format(" in, run {} times, ", variant.runs) + counted(variant.calls, "call");
  std::size_t fused = 0;
  for (const Group& group : plan.groups) fused += group.calls.size();
  text += fmt::format("\n  {} after equal ones were merged, {} of them in {}; {}, values on the way take {} at most\n",
                      counted(graph.calls.size(), "call"), fused, counted(plan.groups.size(), "fused group"),
                      counted(plan.steps.size(), "step"), readable(peak_of(graph, plan)));
  std::size_t numbers = 0;
  std::string larger;
  for (const Graph::Value& value : graph.values) {
    if (value.constant.absent()) continue;
    if (value.like.shape.numel() == 1) ++numbers;
    else larger += fmt::format("{}{}, {}", larger.empty() ? "" : "; ", to_string(value.like), readable(bytes_of(value.like)));
  }
  text += fmt::format("  constants: {}{}{}\n", counted(numbers, "number"), larger.empty() ? "" : "; ", larger);
  text += fmt::format("  {:>12} {:>12}  step\n", "elements", "memory");
  for (const Step& step : plan.steps) text += step_line(graph, plan, step);
  return text;
}

}  // namespace descent::inline v1::detail
