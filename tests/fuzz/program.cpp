#include <descent/tests/fuzz/program.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/call.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>

namespace descent::fuzz {
namespace {

constexpr std::size_t kAlways = static_cast<std::size_t>(-1);

/// One run. Inside a checkpoint it is copied, so that what the region computes stays there.
class Run {
 public:
  Run(const Program& program, const Tensors& leaves, const RunOptions& options)
      : program_(program), options_(options), values_(program.nodes.size()), last_use_(program.nodes.size(), 0) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const Node& node = program.nodes[i];
      if (node.op == nullptr) values_[i] = {node.constant ? node.value : leaves[next++]};
      for (const Ref& ref : node.in) last_use_[ref.node] = i;
    }
    for (const Ref& ref : program.outputs) last_use_[ref.node] = kAlways;
  }

  std::vector<Tensors> all() {
    range(0, program_.nodes.size(), 0);
    return std::move(values_);
  }

 private:
  /// The nodes [first, last); `region` is the first region that may begin among them.
  void range(std::size_t first, std::size_t last, std::size_t region) {
    for (std::size_t i = first; i < last; ++i) {
      while (region < program_.regions.size() && program_.regions[region].first < i) ++region;
      if (options_.checkpoints && region < program_.regions.size() && program_.regions[region].first == i &&
          program_.regions[region].last <= last) {
        checkpointed(region);
        i = program_.regions[region++].last - 1;
      } else if (program_.nodes[i].op != nullptr) {
        values_[i] = called(i);
      }
    }
  }

  Tensors called(std::size_t i) {
    const Node& node = program_.nodes[i];
    Tensors in;
    for (const Ref& ref : node.in) in.push_back(values_[ref.node][ref.output]);
    if (options_.let_go)
      for (const Ref& ref : node.in)
        if (last_use_[ref.node] == i && program_.nodes[ref.node].op != nullptr) values_[ref.node].clear();
    Tensors out = call_all(node.op->name, std::move(in), node.params);
    if (options_.frozen != nullptr)
      for (std::size_t k = 0; k < out.size(); ++k)
        if (node.op->stops || !is_floating(out[k].dtype())) out[k] = (*options_.frozen)[i][k];
    return out;
  }

  bool before(const Ref& ref, const Region& region) const { return ref.node < region.first || program_.nodes[ref.node].op == nullptr; }

  /// Every second value that the region takes from outside is an argument; it captures the others.
  void checkpointed(std::size_t number) {
    const Region region = program_.regions[number];
    std::vector<Ref> outside, results;
    for (std::size_t i = region.first; i < region.last; ++i) {
      for (const Ref& ref : program_.nodes[i].in)
        if (before(ref, region) && std::find(outside.begin(), outside.end(), ref) == outside.end()) outside.push_back(ref);
      if (program_.nodes[i].op == nullptr || last_use_[i] < region.last) continue;
      for (std::size_t k = 0; k < static_cast<std::size_t>(program_.nodes[i].op->outputs); ++k) results.push_back({i, k});
    }
    std::vector<Ref> given;
    for (std::size_t k = 0; k < outside.size(); k += 2) given.push_back(outside[k]);
    Tensors arguments;
    for (const Ref& ref : given) arguments.push_back(values_[ref.node][ref.output]);
    const auto block = checkpoint([&](const Tensors& in) {
      Run inner = *this;
      for (std::size_t k = 0; k < in.size(); ++k) inner.values_[given[k].node][given[k].output] = in[k];
      inner.range(region.first, region.last, number + 1);
      Tensors out;
      for (const Ref& ref : results) out.push_back(inner.values_[ref.node][ref.output]);
      return out;
    });
    const Tensors out = block(arguments);
    for (std::size_t k = 0; k < results.size(); ++k) {
      Tensors& place = values_[results[k].node];
      place.resize(std::max(place.size(), results[k].output + 1));
      place[results[k].output] = out[k];
    }
  }

  const Program& program_;
  const RunOptions& options_;
  std::vector<Tensors> values_;
  std::vector<std::size_t> last_use_;
};

std::string values_of(const Tensor& x) {
  std::string text;
  for (const double value : x.to_vector<double>()) {
    char number[40];
    std::snprintf(number, sizeof number, "%.17g", value);
    text += (text.empty() ? "" : ", ") + std::string(number);
  }
  return "{" + text + "}";
}

std::string to_string(const Ref& ref) { return "%" + std::to_string(ref.node) + (ref.output == 0 ? "" : "." + std::to_string(ref.output)); }

std::string line_of(const Node& node) {
  constexpr Index kShown = 16;
  if (node.op == nullptr)
    return (node.constant ? "constant " : "leaf ") + descent::to_string(abstract_of(node.value)) +
           (node.value.numel() <= kShown ? " " + values_of(node.value) : "");
  std::string in;
  for (const Ref& ref : node.in) in += (in.empty() ? "" : ", ") + to_string(ref);
  return std::string(node.op->name) + "(" + in + ") " + descent::to_string(node.params);
}

}  // namespace

Index Program::calls() const {
  return std::count_if(nodes.begin(), nodes.end(), [](const Node& node) { return node.op != nullptr; });
}

Tensors Program::leaves() const {
  Tensors result;
  for (const Node& node : nodes)
    if (node.leaf()) result.push_back(node.value);
  return result;
}

bool Program::batchable() const {
  return std::all_of(nodes.begin(), nodes.end(), [](const Node& node) { return node.op == nullptr || node.op->batch != nullptr; });
}

std::vector<Tensors> run_all(const Program& program, const Tensors& leaves, const RunOptions& options) {
  RunOptions keeping = options;
  keeping.let_go = false;
  return Run(program, leaves, keeping).all();
}

Tensors run(const Program& program, const Tensors& leaves, const RunOptions& options) {
  const std::vector<Tensors> values = Run(program, leaves, options).all();
  Tensors outputs;
  for (const Ref& ref : program.outputs) outputs.push_back(values[ref.node][ref.output]);
  return outputs;
}

Program pruned(const Program& program) {
  std::vector<std::uint8_t> needed(program.nodes.size());
  for (const Ref& ref : program.outputs) needed[ref.node] = 1;
  for (std::size_t i = needed.size(); i-- > 0;)
    if (needed[i] != 0)
      for (const Ref& ref : program.nodes[i].in) needed[ref.node] = 1;
  std::vector<std::size_t> number(program.nodes.size() + 1);
  Program result;
  result.smooth = program.smooth;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    number[i] = result.nodes.size();
    if (needed[i] == 0) continue;
    result.nodes.push_back(program.nodes[i]);
    for (Ref& ref : result.nodes.back().in) ref.node = number[ref.node];
  }
  number.back() = result.nodes.size();
  for (Ref ref : program.outputs) result.outputs.push_back({number[ref.node], ref.output});
  const auto calls = [&](const Node& node) { return node.op != nullptr; };
  for (const Region& region : program.regions) {
    const auto first = result.nodes.begin() + static_cast<std::ptrdiff_t>(number[region.first]);
    const auto last = result.nodes.begin() + static_cast<std::ptrdiff_t>(number[region.last]);
    if (std::any_of(first, last, calls)) result.regions.push_back({number[region.first], number[region.last]});
  }
  return result;
}

std::string to_string(const Program& program) {
  std::string text;
  for (std::size_t i = 0; i < program.nodes.size(); ++i) text += "  %" + std::to_string(i) + " = " + line_of(program.nodes[i]) + "\n";
  for (const Region& region : program.regions)
    text += "  checkpoint around %" + std::to_string(region.first) + " to %" + std::to_string(region.last - 1) + "\n";
  std::string outputs;
  for (const Ref& ref : program.outputs) outputs += (outputs.empty() ? "" : ", ") + to_string(ref);
  return text + "  outputs " + outputs + "\n";
}

}  // namespace descent::fuzz
