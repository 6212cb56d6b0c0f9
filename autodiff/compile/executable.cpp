#include <descent/autodiff/compile/executable.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/op.hpp>

namespace descent::inline v1::compiling {
namespace {

/// Leaves nothing of a run behind, however it ends.
class Cleared {
 public:
  Cleared(const Graph& graph, std::vector<Tensor>& values, std::vector<Tensor>& arguments, std::vector<Tensor>& results)
      : graph_(graph), values_(values), arguments_(arguments), results_(results) {}
  Cleared(const Cleared&) = delete;
  Cleared& operator=(const Cleared&) = delete;
  ~Cleared() {
    for (std::size_t id = 0; id < values_.size(); ++id)
      if (graph_.values[id].constant.absent()) values_[id] = Tensor();
    arguments_.clear();
    results_.clear();
  }

 private:
  const Graph& graph_;
  std::vector<Tensor>&values_, &arguments_, &results_;
};

}  // namespace

Executable::Executable(Graph graph, bool fused) : graph_(std::move(graph)), plan_(fused ? fuse(graph_) : one_by_one(graph_)) {
  for (const Graph::Value& value : graph_.values) values_.push_back(value.constant);
  for (const Group& group : plan_.groups)
    numbers_.emplace_back(group.small ? 0 : group.totals.size() * static_cast<std::size_t>(group.program.blocks()) * sizeof(double));
}

void Executable::run(std::span<const Tensor> in, std::span<Tensor> out) {
  const Cleared cleared(graph_, values_, arguments_, results_);
  std::copy(in.begin(), in.end(), values_.begin());
  for (const Step& step : plan_.steps) {
    if (step.grouped) {
      run_group(step.number);
      for (const Graph::Id id : step.last_reads) values_[id] = Tensor();
    } else {
      run_call(graph_.calls[step.number], step);
    }
  }
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = graph_.outputs[k] == Graph::none ? Tensor() : values_[graph_.outputs[k]];
}

void Executable::run_call(const Graph::Call& call, const Step& step) {
  arguments_.clear();
  for (const Graph::Id id : call.in) arguments_.push_back(values_[id]);
  for (const Graph::Id id : step.last_reads) values_[id] = Tensor();  // so that the op may take the memory
  results_.assign(call.outputs, Tensor());
  try {
    call.op->forward(*call.op, call.params, arguments_, results_);
  } catch (Error& error) {
    error.locate(call.where);
    throw;
  }
  for (std::uint32_t k = 0; k < call.outputs; ++k) values_[call.first_out + k] = std::move(results_[k]);
}

void Executable::run_group(std::size_t number) {
  Group& group = plan_.groups[number];
  for (const Graph::Id id : group.results) {
    const Abstract& like = graph_.values[id].like;
    values_[id] = Tensor::adopt(storage::allocate(like.shape, like.dtype));
  }
  places_.clear();
  for (const Graph::Id id : group.memory) places_.push_back(id == Graph::none ? nullptr : values_[id].node()->data);
  if (group.small) return group.few.run(places_);
  const std::size_t stretch = static_cast<std::size_t>(group.program.blocks()) * sizeof(double);
  for (std::size_t t = 0; t < group.totals.size(); ++t) places_[group.totals[t].memory] = numbers_[number].data() + t * stretch;
  group.program.run(places_);
  for (const Group::Total& total : group.totals) {
    const Abstract& like = graph_.values[total.result].like;
    Tensor result = Tensor::adopt(storage::allocate(like.shape, like.dtype));
    total.add_up(places_[total.memory], group.program.blocks(), result.node()->data);
    values_[total.result] = std::move(result);
  }
}

}  // namespace descent::inline v1::compiling
