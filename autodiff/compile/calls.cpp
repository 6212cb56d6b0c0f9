#include <descent/autodiff/compile/calls.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/compile/merge.hpp>
#include <descent/autodiff/compile/simplify.hpp>
#include <descent/autodiff/compile/variant.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>

namespace descent::inline v1::detail {
namespace {

void append(std::string& key, std::uint64_t number) { key.append(reinterpret_cast<const char*>(&number), sizeof number); }

/// The signature of a tree and its present leaves.
struct Seen final : tree::Reader {
  std::string& key;
  std::vector<Tensor>& leaves;
  Seen(std::string& key_, std::vector<Tensor>& leaves_) : key(key_), leaves(leaves_) {}

  void leaf(const tree::Path& path, const Tensor& value, tree::Role) override {
    append(key, path.hash());
    if (value.absent()) return append(key, ~std::uint64_t{0});
    const storage::Node& node = *value.node();
    append(key, static_cast<std::uint64_t>(node.dtype) << 8 | node.rank);
    for (int axis = 0; axis < node.rank; ++axis) append(key, static_cast<std::uint64_t>(node.sizes()[axis]));
    leaves.push_back(value);
  }
  void flag(const tree::Path&, const bool& value) override { key.append(1, value ? '\1' : '\0'); }
  void constant(const tree::Path&, const tree::Constant& value) override { value.append_to(key); }
};

/// Every leaf of a tree, absent ones too, and its numbers, flags and strings by path.
struct Contents final : tree::Reader {
  std::vector<Tensor> leaves;
  std::vector<std::pair<std::string, std::string>> constants;

  void leaf(const tree::Path&, const Tensor& value, tree::Role) override { leaves.push_back(value); }
  void flag(const tree::Path& path, const bool& value) override { constants.emplace_back(path.text(), value ? "1" : "0"); }
  void constant(const tree::Path& path, const tree::Constant& value) override {
    constants.emplace_back(path.text(), std::string());
    value.append_to(constants.back().second);
  }
};

void require_same_constants(const Contents& before, const Contents& after, std::source_location where) {
  for (std::size_t i = 0; i < std::min(before.constants.size(), after.constants.size()); ++i)
    if (before.constants[i] != after.constants[i])
      throw ValueError("compile: the function changed " + before.constants[i].first +
                           " of its arguments, a number, flag or string, which a trace holds as it is; make it a tensor (a Buffer)",
                       where);
  if (before.leaves.size() != after.leaves.size() || before.constants.size() != after.constants.size())
    throw ValueError("compile: the arguments had " + std::to_string(before.leaves.size()) + " tensors and have " +
                         std::to_string(after.leaves.size()) +
                         " after the call; a compiled function may change tensors, not how many there are",
                     where);
}

}  // namespace

struct CompiledCalls::State {
  CompileOptions options;
  std::source_location where;
  std::vector<std::unique_ptr<Variant>> variants{};  // the latest used first
  std::size_t traces = 0;
  std::string key{};
  std::vector<Tensor> leaves{};  // of the call at hand, those present
  std::vector<Tensor> values{};  // its results, then what it changed
};

CompiledCalls::CompiledCalls(CompileOptions options, std::source_location where)
    : state_(std::make_unique<State>(State{std::move(options), where})) {
  if (state_->options.signatures < 1) throw ValueError("compile: room for 0 signatures; at least 1 must be kept", where);
}
CompiledCalls::~CompiledCalls() = default;

bool CompiledCalls::see(const void* types, tree::View arguments) {
  state_->key.clear();
  state_->leaves.clear();
  append(state_->key, reinterpret_cast<std::uintptr_t>(types));
  Seen seen(state_->key, state_->leaves);
  arguments.walk(seen);
  return !tape_open() && thread_tapes.anomaly == nullptr &&
         std::none_of(state_->leaves.begin(), state_->leaves.end(), [](const Tensor& x) { return x.abstract(); });
}

Variant* CompiledCalls::find() {
  const auto found =
      std::find_if(state_->variants.begin(), state_->variants.end(), [this](const auto& variant) { return variant->key == state_->key; });
  if (found == state_->variants.end()) return nullptr;
  std::rotate(state_->variants.begin(), found, found + 1);
  return state_->variants.front().get();
}

Variant* CompiledCalls::add(tree::MutableView shown, Call call, std::span<const std::size_t> leaves, std::span<const bool> updated) {
  auto variant = std::make_unique<Variant>();
  variant->key = state_->key;
  std::vector<Tensor> abstract;
  for (const Tensor& x : state_->leaves) abstract.push_back(abstract_tensor(x.shape(), x.dtype()));
  Traced traced = trace(
      [&](std::span<const Tensor> in) {
        tree::edit(shown, [&, next = std::size_t{0}](const tree::Path&, Tensor& leaf, tree::Role) mutable {
          if (leaf.present()) leaf = in[next++];
        });
        Contents before, result, after;
        shown.view().walk(before);
        call.call(call.context).walk(result);
        shown.view().walk(after);
        require_same_constants(before, after, state_->where);
        std::vector<Tensor> out = std::move(result.leaves);
        variant->returned = out.size();
        std::size_t at = 0;
        for (std::size_t argument = 0; argument < leaves.size(); ++argument)
          for (std::size_t leaf = 0; leaf < leaves[argument]; ++leaf, ++at) {
            if (!updated[argument] || after.leaves[at].same_as(before.leaves[at])) continue;
            variant->changes.push_back({argument, leaf});
            out.push_back(after.leaves[at]);
          }
        return out;
      },
      abstract, true);
  for (const Graph::Value& value : traced.graph.values)
    if (value.constant.present() && value.constant.abstract())
      throw AbstractError("compile: the function used a tensor without elements, " + to_string(value.like) +
                              ", that no op made of its arguments; pass what it is made of as an argument",
                          state_->where);
  variant->calls = traced.graph.calls.size();
  compiling::simplify(traced.graph);
  compiling::merge_common(traced.graph);
  variant->executable = std::make_unique<compiling::Executable>(std::move(traced.graph), state_->options.fuse);
  ++state_->traces;
  if (state_->variants.size() == state_->options.signatures) {
    state_->variants.pop_back();
    if (state_->options.on_retrace)
      state_->options.on_retrace(
          fmt::format("compile: trace {} of the function at {}:{}, with {} signatures kept; what changes from call to call "
                      "should be a tensor, or the same shapes should come again",
                      state_->traces, state_->where.file_name(), state_->where.line(), state_->options.signatures));
  }
  state_->variants.insert(state_->variants.begin(), std::move(variant));
  return state_->variants.front().get();
}

void CompiledCalls::keep_result(Variant& variant, std::shared_ptr<void> result) { variant.result = std::move(result); }
const std::shared_ptr<void>& CompiledCalls::result(const Variant& variant) const { return variant.result; }

void CompiledCalls::run(Variant& variant) {
  ++variant.runs;
  state_->values.resize(variant.executable->graph().outputs.size());
  variant.executable->run(state_->leaves, state_->values);
}

void CompiledCalls::put_results(const Variant& variant, tree::MutableView result) {
  if (variant.returned == 0) return;
  tree::edit(result,
             [&, next = std::size_t{0}](const tree::Path&, Tensor& leaf, tree::Role) mutable { leaf = std::move(state_->values[next++]); });
}

bool CompiledCalls::changed(const Variant& variant, std::size_t argument) const {
  return std::any_of(variant.changes.begin(), variant.changes.end(), [&](const Variant::Change& c) { return c.argument == argument; });
}

void CompiledCalls::put_back(const Variant& variant, std::size_t argument, tree::MutableView own) {
  std::size_t place = 0;
  auto next =
      std::find_if(variant.changes.begin(), variant.changes.end(), [&](const Variant::Change& c) { return c.argument == argument; });
  std::size_t value = variant.returned + static_cast<std::size_t>(next - variant.changes.begin());
  tree::edit(own, [&](const tree::Path&, Tensor& leaf, tree::Role) {
    if (next == variant.changes.end() || next->argument != argument || next->leaf != place++) return;
    ++next;
    leaf = std::move(state_->values[value++]);
  });
}

void CompiledCalls::end() noexcept {
  state_->leaves.clear();
  state_->values.clear();
}

std::string CompiledCalls::explain() const {
  std::string text = fmt::format("compile at {}:{}: {} trace{} made, {} kept\n", state_->where.file_name(), state_->where.line(),
                                 state_->traces, state_->traces == 1 ? "" : "s", state_->variants.size());
  for (std::size_t i = 0; i < state_->variants.size(); ++i) text += fmt::format("\ntrace {}: {}", i + 1, explained(*state_->variants[i]));
  return text;
}

}  // namespace descent::inline v1::detail
