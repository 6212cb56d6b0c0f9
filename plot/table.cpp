#include <descent/plot/table.hpp>

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr int kColumnGap = 2;
constexpr int kNarrowest = 4;

/// The columns' widths, the widest narrowed until all fit into `room`.
std::vector<int> widths_of(const Table& table, const TableOptions& options) {
  std::vector<int> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    int width = columns_of(shown(table.columns[i].head, options.glyphs));
    for (const auto& row : table.rows) width = std::max(width, columns_of(shown(row[i], options.glyphs)));
    widths.push_back(width);
  }
  const int room = options.columns - options.indent - kColumnGap * (static_cast<int>(widths.size()) - 1);
  while (std::accumulate(widths.begin(), widths.end(), 0) > room) {
    int& widest = *std::max_element(widths.begin(), widths.end());
    if (widest <= kNarrowest) break;
    --widest;
  }
  return widths;
}

}  // namespace

void check(const Table& table) {
  if (table.columns.empty()) throw ValueError("table: no columns; give it at least one");
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    if (table.rows[i].size() != table.columns.size())
      throw ValueError(
          fmt::format("table: row {} has {} cells for {} columns; give one for each", i, table.rows[i].size(), table.columns.size()));
}

std::string to_text(const Table& table, TableOptions options) {
  check(table);
  const std::vector<int> widths = widths_of(table, options);
  std::string text;
  const auto add = [&](const auto& cell_of) {
    std::string line(static_cast<std::size_t>(options.indent), ' ');
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) line.append(kColumnGap, ' ');
      line += fitted(shortened(cell_of(i), widths[i], options.glyphs), widths[i], table.columns[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  add([&](std::size_t i) -> const std::string& { return table.columns[i].head; });
  for (const auto& row : table.rows) add([&](std::size_t i) -> const std::string& { return row[i]; });
  return text;
}

}  // namespace descent::inline v1::plot
