// A tape as text, as a picture and in numbers.
#include <algorithm>
#include <map>
#include <unordered_set>

#include <fmt/format.h>

#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1 {
namespace {

std::string params_of(const Entry& entry) {
  if (entry.op->params.size == 0) return {};
  NamedParams named;
  entry.op->params.list(entry.params(), named);
  return to_string(named);
}

std::string input_name(const Record& record, std::uint32_t in) {
  if ((in & Entry::constant) == 0) return fmt::format("%{}", in);
  return fmt::format("({})", to_string(record.like(in)));
}

Index bytes_of(const Tensor& x) { return x.numel() * size_of(x.dtype()); }

std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

TapeStats Tape::stats() const {
  TapeStats stats;
  std::map<std::string_view, TapeStats::PerOp> by_op;
  std::unordered_set<const void*> counted;  // data that several calls keep is counted once, for the first
  const auto count = [&](std::span<const Tensor> kept, TapeStats::PerOp& op) {
    for (const Tensor& x : kept)
      if (x.present() && !x.abstract() && counted.insert(x.node()->data).second) op.bytes_kept += bytes_of(x);
  };
  for (const Entry* entry : record_->entries()) {
    TapeStats::PerOp& op = by_op[entry->op->name];
    ++op.entries;
    count(entry->kept_in(), op);
    count(entry->kept_out(), op);
  }
  if (const Budget* budget = record_->budget()) {
    budget->visit([&](const Entry& entry, const Tensor& value) { count(std::span(&value, 1), by_op[entry.op->name]); });
    stats.calls_again = budget->calls_again();
  }
  for (auto& [name, op] : by_op) {
    op.name = name;
    stats.entries += op.entries;
    stats.bytes_kept += op.bytes_kept;
    stats.by_op.push_back(op);
  }
  std::stable_sort(stats.by_op.begin(), stats.by_op.end(), [](const auto& a, const auto& b) { return a.bytes_kept > b.bytes_kept; });
  stats.values = static_cast<Index>(record_->values());
  stats.bytes_tape = static_cast<Index>(record_->bytes());
  return stats;
}

std::string Tape::to_string() const {
  std::string text;
  for (const std::uint32_t slot : record_->watched())
    text += fmt::format("%{} = watched  {}\n", slot, descent::to_string(record_->like(slot)));
  for (const Entry* entry : record_->entries()) {
    std::string results, inputs;
    std::string kinds;
    for (std::uint32_t k = 0; k < entry->outputs; ++k) {
      results += fmt::format("{}%{}", k == 0 ? "" : ", ", entry->first_out + k);
      kinds += fmt::format("{}{}", k == 0 ? "" : ", ", descent::to_string(record_->like(entry->first_out + k)));
    }
    for (const std::uint32_t in : entry->in()) inputs += (inputs.empty() ? "" : ", ") + input_name(*record_, in);
    const std::string params = params_of(*entry);
    text += fmt::format("{} = {}({}){}{}  {}\n", results, entry->op->name, inputs, params.empty() ? "" : " ", params, kinds);
  }
  return text;
}

std::string Tape::to_dot() const {
  std::string text = "digraph tape {\n  rankdir=TB;\n  node [fontname=\"sans-serif\", fontsize=10];\n";
  const auto value = [&](std::uint32_t slot, std::string_view style) {
    text += fmt::format("  v{} [shape=box, {}label=\"%{}\\n{}\"];\n", slot, style, slot, descent::to_string(record_->like(slot)));
  };
  for (const std::uint32_t slot : record_->watched()) value(slot, "style=filled, fillcolor=lightyellow, ");
  std::size_t number = 0;
  for (const Entry* entry : record_->entries()) {
    const std::string params = params_of(*entry);
    text += fmt::format("  c{} [shape=ellipse, label=\"{}{}{}\"];\n", number, quoted(entry->op->name), params.empty() ? "" : "\\n",
                        quoted(params));
    for (const std::uint32_t in : entry->in())
      if ((in & Entry::constant) == 0) text += fmt::format("  v{} -> c{};\n", in, number);
    for (std::uint32_t k = 0; k < entry->outputs; ++k) {
      value(entry->first_out + k, "");
      text += fmt::format("  c{} -> v{};\n", number, entry->first_out + k);
    }
    ++number;
  }
  return text + "}\n";
}

}  // namespace descent::inline v1
