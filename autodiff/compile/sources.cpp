#include <descent/autodiff/compile/sources.hpp>

#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::compiling {
namespace {

bool is_view(const Graph& graph, const Graph::Call& call) {
  return call.op->views && graph.values[call.in[0]].like.dtype == graph.values[call.first_out].like.dtype;
}

}  // namespace

std::vector<Source> sources_of(const Graph& graph) {
  std::vector<Source> sources;
  sources.reserve(graph.values.size());
  for (Graph::Id id = 0; id < graph.values.size(); ++id) sources.push_back({id, graph.values[id].like.shape});
  for (const Graph::Call& call : graph.calls) {
    const Source& from = sources[call.in.empty() ? call.first_out : call.in[0]];
    const Shape& shape = graph.values[call.first_out].like.shape;
    if (call.op == &broadcast_to_op) sources[call.first_out] = from;
    else if (is_view(graph, call) && from.as.numel() == shape.numel()) sources[call.first_out] = {from.base, shape};
    else if (is_view(graph, call) && from.as.numel() == 1) sources[call.first_out] = {from.base, Shape{}};
  }
  return sources;
}

std::optional<Lie> lie_of(const Shape& as, const Shape& shape) {
  if (as.numel() == shape.numel()) return Lie{Form::full, {}};
  if (as.numel() == 1) return Lie{Form::one, {}};
  // Aligned at the end: sizes that agree, then sizes of 1, or the other way round.
  int agreeing = 0;
  while (agreeing < as.rank() && as.back(agreeing) == shape.back(agreeing)) ++agreeing;
  Index behind = 1;
  for (int back = 0; back < agreeing; ++back) behind *= as.back(back);
  if (behind == as.numel()) return Lie{Form::column, {shape.numel() / behind, behind}};
  int ones = 0;
  Index spread = 1;
  while (ones < as.rank() && as.back(ones) == 1) spread *= shape.back(ones++);
  if (as.numel() * spread == shape.numel()) return Lie{Form::row, {as.numel(), spread}};
  return std::nullopt;
}

}  // namespace descent::inline v1::compiling
