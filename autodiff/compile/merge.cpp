#include <descent/autodiff/compile/merge.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include <descent/autodiff/tape/op.hpp>

namespace descent::inline v1::compiling {
namespace {

using Id = Graph::Id;

/// By value: the first constant that it equals, or itself.
std::vector<Id> merged_constants(const Graph& graph) {
  std::vector<Id> same(graph.values.size());
  std::iota(same.begin(), same.end(), Id{0});
  std::map<std::pair<Dtype, std::uint64_t>, Id> numbers;
  std::map<const void*, Id> tensors;
  for (Id id = 0; id < same.size(); ++id) {
    const Tensor& x = graph.values[id].constant;
    if (x.absent()) continue;
    if (x.rank() == 0 && !x.abstract()) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, x.node()->data, static_cast<std::size_t>(size_of(x.dtype())));
      same[id] = numbers.emplace(std::pair(x.dtype(), bits), id).first->second;
    } else {
      same[id] = tensors.emplace(x.node(), id).first->second;
    }
  }
  return same;
}

bool alike(const Graph::Call& a, const Graph::Call& b) {
  return a.op == b.op && a.in == b.in && (a.op->params.size == 0 || a.op->params.equal(a.params, b.params));
}

}  // namespace

void merge_common(Graph& graph) {
  std::vector<Id> same = merged_constants(graph);
  const auto renew = [&](Id& id) {
    if (id != Graph::none) id = same[id];
  };
  std::multimap<std::pair<const Op*, std::vector<Id>>, const Graph::Call*> seen;
  for (Graph::Call& call : graph.calls) {
    std::for_each(call.in.begin(), call.in.end(), renew);
    const auto [first, last] = seen.equal_range({call.op, call.in});
    const auto found = std::find_if(first, last, [&](const auto& other) { return alike(*other.second, call); });
    if (found == last) seen.emplace(std::pair(call.op, call.in), &call);
    else
      for (std::uint32_t k = 0; k < call.outputs; ++k) same[call.first_out + k] = found->second->first_out + k;
  }
  std::for_each(graph.outputs.begin(), graph.outputs.end(), renew);
  graph.remove_dead();
}

}  // namespace descent::inline v1::compiling
