#include <descent/autodiff/ops/call.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/all.hpp>

namespace descent::inline v1 {
namespace {

/// How many characters must be put in, taken out or changed to make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

const Op& find_op(std::string_view name, std::source_location where) {
  const auto ops = all_ops();
  const auto found = std::find_if(ops.begin(), ops.end(), [&](const Op* op) { return op->name == name; });
  if (found != ops.end()) return **found;
  const auto nearest = std::min_element(
      ops.begin(), ops.end(), [&](const Op* a, const Op* b) { return edit_distance(name, a->name) < edit_distance(name, b->name); });
  throw ValueError("call: there is no op \"" + std::string(name) + "\"; the nearest name is \"" + std::string((*nearest)->name) + "\"",
                   where);
}

void check_count(const Op& op, std::size_t given, std::source_location where) {
  const auto count = static_cast<int>(given);
  if (count >= op.min_inputs && (op.max_inputs < 0 || count <= op.max_inputs)) return;
  const std::string least = std::to_string(op.min_inputs);
  throw ValueError("call: " + std::string(op.name) + " got " + std::to_string(given) + " inputs; it takes " +
                       (op.max_inputs < 0                ? least + " or more"
                        : op.max_inputs == op.min_inputs ? least
                                                         : least + " to " + std::to_string(op.max_inputs)),
                   where);
}

/// The names of an op's parameters: "axes, keep_axes".
std::string names_of(const NamedParams& params) {
  std::string text;
  for (const auto& [name, value] : params) text += (text.empty() ? "" : ", ") + name;
  return text;
}

using Parameters = std::unique_ptr<void, void (*)(void*) noexcept>;

Parameters make_parameters(const Op& op, const NamedParams& given, std::source_location where) {
  const std::string who = "call: " + std::string(op.name);
  if (op.params.size == 0) {
    if (!given.empty()) throw ValueError(who + " has no parameters; got " + names_of(given), where);
    return {nullptr, [](void*) noexcept {}};
  }
  Parameters params(op.params.make(), op.params.free);
  NamedParams known;
  op.params.list(params.get(), known);
  for (const auto& [name, value] : given) {
    const auto expected = known.find(name);
    if (expected == known.end()) throw ValueError(who + " has no parameter \"" + name + "\"; it has " + names_of(known), where);
    if (!op.params.set(params.get(), name, value))
      throw ValueError(who + ": parameter \"" + name + "\" cannot be " + to_string(value) + "; its default, " +
                           to_string(expected->second) + ", shows the type it wants",
                       where);
  }
  return params;
}

}  // namespace

std::vector<Tensor> call_all(std::string_view name, std::vector<Tensor> inputs, const NamedParams& params, std::source_location where) {
  const Op& op = find_op(name, where);
  check_count(op, inputs.size(), where);
  const Parameters parameters = make_parameters(op, params, where);
  std::vector<Tensor> results(static_cast<std::size_t>(op.outputs));
  execute(op, parameters.get(), inputs, results, where);
  return results;
}

Tensor call(std::string_view name, std::vector<Tensor> inputs, const NamedParams& params, std::source_location where) {
  std::vector<Tensor> results = call_all(name, std::move(inputs), params, where);
  if (results.size() != 1)
    throw ValueError("call: " + std::string(name) + " has " + std::to_string(results.size()) + " results; use call_all", where);
  return std::move(results[0]);
}

void check_call(std::string_view name, std::size_t inputs, std::size_t results, const NamedParams& params, std::source_location where) {
  const Op& op = find_op(name, where);
  check_count(op, inputs, where);
  make_parameters(op, params, where);
  if (results != static_cast<std::size_t>(op.outputs))
    throw ValueError("call: " + std::string(name) + " has " + std::to_string(op.outputs) + " results, not " + std::to_string(results),
                     where);
}

}  // namespace descent::inline v1
