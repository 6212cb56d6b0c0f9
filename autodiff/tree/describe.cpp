#include <descent/autodiff/tree/describe.hpp>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <descent/autodiff/tree/leaves.hpp>
#include <descent/autodiff/tree/map.hpp>

namespace descent::inline v1::tree {
namespace {

struct Row {
  std::string name;
  std::string kind;
  std::string elements;
  bool carried;
};

std::vector<Row> rows(View root) {
  std::vector<Row> result;
  tree::visit(root, [&](const Path& path, const Tensor& leaf, Role role) {
    if (leaf.absent()) return;
    result.push_back({path.text(), to_string(abstract_of(leaf)), std::to_string(leaf.numel()), !is_trainable(leaf, role)});
  });
  return result;
}

std::size_t widest(const std::vector<Row>& table, std::string Row::*column) {
  std::size_t width = 0;
  for (const Row& row : table) width = std::max(width, (row.*column).size());
  return width;
}

}  // namespace

std::string describe(View root) {
  const std::vector<Row> table = rows(root);
  const std::size_t names = widest(table, &Row::name);
  const std::size_t kinds = widest(table, &Row::kind);
  const std::size_t numbers = widest(table, &Row::elements);
  std::string text;
  for (const Row& row : table)
    text +=
        fmt::format("{:<{}}  {:<{}}  {:>{}}{}\n", row.name, names, row.kind, kinds, row.elements, numbers, row.carried ? "  carried" : "");
  return text +
         fmt::format("{} tensors, {} elements ({} trainable), {} bytes\n", table.size(), count(root), count(root, trainable), bytes(root));
}

}  // namespace descent::inline v1::tree
