#include <descent/autodiff/compile/calls.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/compile/merge.hpp>
#include <descent/autodiff/compile/simplify.hpp>
#include <descent/autodiff/compile/variant.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tape/recipients.hpp>

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
struct State final : tree::Reader {
  std::vector<Tensor> leaves;
  std::vector<std::pair<std::string, std::string>> constants;

  void leaf(const tree::Path&, const Tensor& value, tree::Role) override { leaves.push_back(value); }
  void flag(const tree::Path& path, const bool& value) override { constants.emplace_back(path.text(), value ? "1" : "0"); }
  void constant(const tree::Path& path, const tree::Constant& value) override {
    constants.emplace_back(path.text(), std::string());
    value.append_to(constants.back().second);
  }
};

void require_same_constants(const State& before, const State& after, std::source_location where) {
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

/// Whether calls on these must be made one by one: an open tape or a vmap sees them.
bool seen_by_tapes(std::span<const Tensor> xs) {
  if (thread_tapes.anomaly != nullptr || thread_tapes.newest_program != nullptr) return true;
  const bool open = tape_open();
  return std::any_of(xs.begin(), xs.end(),
                     [open](const Tensor& x) { return x.node()->data == nullptr || (open && x.node()->tape != 0 && recorded(x)); });
}

}  // namespace

CompiledCalls::CompiledCalls(CompileOptions options, std::source_location where) : options_(std::move(options)), where_(where) {
  if (options_.signatures < 1) throw ValueError("compile: room for 0 signatures; at least 1 must be kept", where);
}
CompiledCalls::~CompiledCalls() = default;

void CompiledCalls::see(const void* types, tree::View arguments) {
  key_.clear();
  leaves_.clear();
  append(key_, reinterpret_cast<std::uintptr_t>(types));
  Seen seen(key_, leaves_);
  arguments.walk(seen);
}

Variant* CompiledCalls::find() {
  const auto found = std::find_if(variants_.begin(), variants_.end(), [this](const auto& variant) { return variant->key == key_; });
  if (found == variants_.end()) return nullptr;
  std::rotate(variants_.begin(), found, found + 1);
  return variants_.front().get();
}

Variant* CompiledCalls::add(tree::MutableView shown, const std::function<tree::View()>& call, std::span<const std::size_t> leaves,
                            std::span<const bool> updated) {
  auto variant = std::make_unique<Variant>();
  variant->key = key_;
  std::vector<Tensor> abstract;
  for (const Tensor& x : leaves_) abstract.push_back(abstract_tensor(x.shape(), x.dtype()));
  Traced traced = trace(
      [&](std::span<const Tensor> in) {
        tree::edit(shown, [&, next = std::size_t{0}](const tree::Path&, Tensor& leaf, tree::Role) mutable {
          if (leaf.present()) leaf = in[next++];
        });
        State before, result, after;
        shown.view().walk(before);
        call().walk(result);
        shown.view().walk(after);
        require_same_constants(before, after, where_);
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
                          where_);
  variant->graph = std::move(traced.graph);
  variant->uses = variant->graph.uses();
  variant->captured = std::move(traced.captured);
  ++traces_;
  if (!variant->captured.empty()) {
    unkept_ = std::move(variant);
    return unkept_.get();
  }
  if (variants_.size() == options_.signatures) {
    variants_.pop_back();
    if (options_.on_retrace)
      options_.on_retrace(
          fmt::format("compile: trace {} of the function at {}:{}, with {} signatures kept; what changes from call to call "
                      "should be a tensor, or the same shapes should come again",
                      traces_, where_.file_name(), where_.line(), options_.signatures));
  }
  variants_.insert(variants_.begin(), std::move(variant));
  return variants_.front().get();
}

void CompiledCalls::keep_result(Variant& variant, std::shared_ptr<void> result) { variant.result = std::move(result); }
const std::shared_ptr<void>& CompiledCalls::result(const Variant& variant) const { return variant.result; }

void CompiledCalls::run(Variant& variant) {
  ++variant.runs;
  if (!variant.captured.empty() || seen_by_tapes(leaves_)) {
    leaves_.insert(leaves_.end(), variant.captured.begin(), variant.captured.end());
    values_ = variant.graph.run(leaves_, variant.uses);
    return;
  }
  if (variant.executable == nullptr) {
    Graph graph = variant.graph;
    compiling::simplify(graph);
    compiling::merge_common(graph);
    variant.executable = std::make_unique<compiling::Executable>(std::move(graph), options_.fuse);
  }
  values_.resize(variant.graph.outputs.size());
  variant.executable->run(leaves_, values_);
}

void CompiledCalls::put_results(const Variant& variant, tree::MutableView result) {
  if (variant.returned == 0) return;
  tree::edit(result,
             [&, next = std::size_t{0}](const tree::Path&, Tensor& leaf, tree::Role) mutable { leaf = std::move(values_[next++]); });
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
    leaf = std::move(values_[value++]);
  });
}

void CompiledCalls::end() noexcept {
  leaves_.clear();
  values_.clear();
  unkept_.reset();
}

std::string CompiledCalls::explain() const {
  std::string text = fmt::format("compile at {}:{}: {} trace{} made, {} kept\n", where_.file_name(), where_.line(), traces_,
                                 traces_ == 1 ? "" : "s", variants_.size());
  for (std::size_t i = 0; i < variants_.size(); ++i) text += fmt::format("\ntrace {}: {}", i + 1, explained(*variants_[i]));
  return text;
}

}  // namespace descent::inline v1::detail
