#include <descent/autodiff/compile/simplify.hpp>

#include <algorithm>
#include <numeric>
#include <optional>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/compile/sources.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::compiling {
namespace {

using Id = Graph::Id;

constexpr Index kSmall = 1024;  // elements of a result that a trace may hold

class Simplification {
 public:
  explicit Simplification(Graph& graph) : graph_(graph), sources_(sources_of(graph)), same_(graph.values.size()) {
    std::iota(same_.begin(), same_.end(), Id{0});
  }

  void run() {
    for (Graph::Call& call : graph_.calls) {
      std::for_each(call.in.begin(), call.in.end(), [this](Id& id) { id = same_[id]; });
      if (const std::optional<Id> in = given_back(call)) same_[call.first_out] = *in;
      else if (on_small_constants(call)) compute(call);
    }
    for (Id& out : graph_.outputs)
      if (out != Graph::none) out = same_[out];
    graph_.remove_dead();
  }

 private:
  const Abstract& like(Id id) const { return graph_.values[id].like; }

  /// The input that the call's result is.
  std::optional<Id> given_back(const Graph::Call& call) const {
    const auto unchanged = [&](Id in) { return like(in) == like(call.first_out); };
    const bool moves_nothing = call.op->views || call.op == &broadcast_to_op || call.op == &sum_to_op;
    if (moves_nothing && unchanged(call.in[0])) return call.in[0];
    const bool product = call.op == &mul_op || call.op == &absorb_op;
    for (std::size_t i = 0; product && i < 2; ++i)
      if (is_one(call.in[i]) && unchanged(call.in[1 - i]) && !(call.op == &absorb_op && i == 1)) return call.in[1 - i];
    return std::nullopt;
  }
  /// A constant 1, or one that is broadcast.
  bool is_one(Id id) const {
    const Tensor& x = graph_.values[sources_[id].base].constant;
    return x.present() && !x.abstract() && x.numel() == 1 && x.item<double>() == 1;
  }

  bool on_small_constants(const Graph::Call& call) const {
    const auto known = [&](Id id) { return graph_.values[id].constant.present() && !graph_.values[id].constant.abstract(); };
    Index elements = 0;
    for (std::uint32_t k = 0; k < call.outputs; ++k) elements += like(call.first_out + k).shape.numel();
    return elements <= kSmall && std::all_of(call.in.begin(), call.in.end(), known);
  }
  /// What throws is left for a run to throw.
  void compute(const Graph::Call& call) {
    std::vector<Tensor> in, out(call.outputs);
    for (const Id id : call.in) in.push_back(graph_.values[id].constant);
    try {
      call.op->forward(*call.op, call.params, in, out);
    } catch (const Error&) { return; }
    for (std::uint32_t k = 0; k < call.outputs; ++k) graph_.values[call.first_out + k].constant = std::move(out[k]);
  }

  Graph& graph_;
  const std::vector<Source> sources_;
  std::vector<Id> same_;
};

}  // namespace

void simplify(Graph& graph) { Simplification(graph).run(); }

}  // namespace descent::inline v1::compiling
