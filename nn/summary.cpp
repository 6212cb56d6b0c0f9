#include <descent/nn/summary.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace descent::inline v1::nn {
namespace {

/// "34 186"
std::string spaced(Index number) {
  std::string text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), " ");
  return text;
}

/// The text, or its end where it is longer: that is where names differ.
std::string cut(const std::string& text, std::size_t width) {
  return text.size() <= width ? text : "..." + text.substr(text.size() - width + 3);
}

/// 1 + 32 + 1 + 28 + 1 + 16: 79 columns at most.
std::string line(const std::string& name, const std::string& output, const std::string& parameters) {
  return fmt::format(" {:<32} {:<28} {:>16}\n", cut(name, 32), cut(output, 28), parameters);
}

Summary totals(tree::View model, std::string output) {
  return {{}, std::move(output), tree::count(model, tree::trainable), tree::bytes(model)};
}

}  // namespace

Summary detail::summary_of_chain(const Chain& chain, const Tensor& input) {
  Chain model = tree::eval(chain);
  Tensor x = abstract_tensor(input.shape(), input.dtype());
  Summary summary = totals(model, {});
  for (Layer& layer : model.layers()) {
    x = layer(x);
    summary.rows.push_back(
        {fmt::format("{} {}", summary.rows.size(), layer.name()), to_string(x.shape()), tree::count(layer, tree::trainable)});
  }
  summary.output = to_string(x.shape());
  return summary;
}

Summary detail::summary_of_members(tree::View model, const Tensor& output) {
  Summary summary = totals(model, to_string(output.shape()));
  for (const auto& [path, leaf] : tree::named_leaves(model, tree::trainable)) {
    const std::string member = path.substr(0, path.rfind('.') == std::string::npos ? path.size() : path.rfind('.'));
    if (summary.rows.empty() || summary.rows.back().name != member) summary.rows.push_back({member, {}, 0});
    summary.rows.back().parameters += leaf.numel();
  }
  return summary;
}

std::string to_string(const Summary& summary) {
  std::string text = line("layer", "output", "parameters");
  for (const SummaryRow& row : summary.rows) text += line(row.name, row.output, spaced(row.parameters));
  return text + fmt::format(" output {}, {} parameters, {} kB\n", summary.output, spaced(summary.parameters),
                            spaced((summary.bytes + 500) / 1000));
}

}  // namespace descent::inline v1::nn
