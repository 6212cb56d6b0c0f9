#include <descent/autodiff/tape/graph.hpp>

#include <algorithm>

#include <descent/autodiff/tape/kinds/pointwise.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tape/recipients.hpp>
#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1 {
namespace {

/// Values by the slots of a record. Inputs keep their numbers, what is captured comes after them, then all others.
class Builder {
 public:
  Builder(const Record& record, std::size_t inputs) : record_(record), inputs_(inputs) {}

  Traced build(std::vector<Tensor> results) {
    const std::vector<const Entry*> entries = record_.entries();
    for (const Entry* entry : entries)
      for (const Tensor& x : entry->kept_in()) find_captured(x);
    for (const Tensor& y : results) find_captured(y);
    traced_.graph.inputs = inputs_ + traced_.captured.size();

    for (Graph::Id slot = 0; slot < inputs_; ++slot) traced_.graph.add_value(record_.like(slot));
    for (const Tensor& x : traced_.captured) traced_.graph.add_value(abstract_of(x));
    of_slot_.resize(record_.values(), Graph::none);
    for (Graph::Id slot = 0; slot < inputs_; ++slot) of_slot_[slot] = slot;
    for (const Entry* entry : entries) add(*entry);
    for (Tensor& y : results) {
      traced_.graph.outputs.push_back(y.absent() ? Graph::none : value_of(y));
      if (y.present()) y = unrecorded(y);
    }
    traced_.results = std::move(results);
    return std::move(traced_);
  }

 private:
  void find_captured(const Tensor& x) {
    std::uint32_t slot = 0;
    if (x.absent() || record_.find(x, slot) || !recorded(x) || captured_place(x) < traced_.captured.size()) return;
    traced_.captured.push_back(x);
  }
  std::size_t captured_place(const Tensor& x) const {
    const auto same = std::find_if(traced_.captured.begin(), traced_.captured.end(), [&](const Tensor& other) { return other.same_as(x); });
    return static_cast<std::size_t>(same - traced_.captured.begin());
  }

  void add(const Entry& entry) {
    Graph& graph = traced_.graph;
    Graph::Call call{entry.op, entry.params(), entry.where, {}, 0, entry.outputs};
    const std::span<const std::uint32_t> slots = entry.in();
    for (std::size_t i = 0; i < slots.size(); ++i)
      call.in.push_back((slots[i] & Entry::constant) != 0 ? value_of(entry.kept_in()[i]) : of_slot_[slots[i]]);
    call.first_out = static_cast<Graph::Id>(graph.values.size());
    for (std::uint32_t k = 0; k < entry.outputs; ++k) of_slot_[entry.first_out + k] = graph.add_value(record_.like(entry.first_out + k));
    graph.calls.push_back(std::move(call));
  }

  Graph::Id value_of(const Tensor& x) {
    std::uint32_t slot = 0;
    if (record_.find(x, slot)) return of_slot_[slot];
    if (const std::size_t place = captured_place(x); place < traced_.captured.size()) return static_cast<Graph::Id>(inputs_ + place);
    return traced_.graph.add_constant(x);
  }

  const Record& record_;
  std::size_t inputs_;
  Traced traced_;
  std::vector<Graph::Id> of_slot_;
};

}  // namespace

Graph::Id Graph::add_constant(Tensor x) {
  values.push_back({abstract_of(x), std::move(x)});
  return static_cast<Id>(values.size() - 1);
}

std::vector<std::uint32_t> Graph::uses() const {
  std::vector<std::uint32_t> count(values.size());
  for (const Call& call : calls)
    for (const Id in : call.in) ++count[in];
  for (const Id out : outputs)
    if (out != none) ++count[out];
  return count;
}

void Graph::remove_dead() {
  std::vector<std::uint8_t> read(values.size());
  for (const Id out : outputs)
    if (out != none) read[out] = 1;
  std::vector<Call> kept;
  for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
    const auto first = read.begin() + call->first_out;
    if (std::find(first, first + call->outputs, 1) == first + call->outputs) continue;
    if (values[call->first_out].constant.present()) continue;  // somebody has computed it
    for (const Id in : call->in) read[in] = 1;
    kept.push_back(std::move(*call));
  }
  std::reverse(kept.begin(), kept.end());
  calls = std::move(kept);
}

std::vector<Tensor> Graph::run(std::span<const Tensor> in, std::vector<std::uint32_t> uses) const {
  std::vector<Tensor> found(values.size()), arguments, results;
  std::copy(in.begin(), in.end(), found.begin());
  const auto fetch = [&](Id id) -> Tensor {
    if (values[id].constant.present()) return values[id].constant;
    return --uses[id] == 0 ? std::move(found[id]) : found[id];
  };
  for (const Call& call : calls) {
    arguments.clear();
    for (const Id id : call.in) arguments.push_back(fetch(id));
    results.assign(call.outputs, Tensor());
    if (call.op->pointwise != nullptr && call.op->pointwise->is_times) results[0] = times_slope(*call.op, call.params, arguments);
    else execute(*call.op, call.params, arguments, results, call.where);
    for (std::uint32_t k = 0; k < call.outputs; ++k)
      if (uses[call.first_out + k] != 0) found[call.first_out + k] = std::move(results[k]);
  }
  std::vector<Tensor> all;
  for (const Id id : outputs) all.push_back(id == none ? Tensor() : fetch(id));
  return all;
}

Traced trace(const std::function<std::vector<Tensor>(std::span<const Tensor>)>& f, std::span<const Tensor> in, bool whole_slopes) {
  const Seal unseen;
  auto record = std::make_shared<Record>(Purpose::program);
  record->whole_slopes = whole_slopes;
  std::vector<Tensor> inputs;
  for (const Tensor& x : in) inputs.push_back(record->watch(unrecorded(x)));
  std::vector<Tensor> results = f(inputs);
  record->stop();
  Traced traced = Builder(*record, in.size()).build(std::move(results));
  traced.graph.owned.push_back(std::move(record));
  traced.graph.remove_dead();
  traced.uses = traced.graph.uses();
  return traced;
}

}  // namespace descent::inline v1
