#pragma once

#include <string>
#include <vector>

#include <descent/plot/terminal.hpp>
#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {

struct Column {
  std::string head = {};
  Align align = Align::left;
};

/// Rows of words under heads. A report and a terminal both show it.
struct Table {
  std::vector<Column> columns = {};
  std::vector<std::vector<std::string>> rows = {};
};

/// throws  ValueError: a table without columns, a row with fewer or more cells than there are columns
void check(const Table& table);

struct TableOptions {
  int columns = kMostColumns;  ///< of the longest line
  Glyphs glyphs = Glyphs::unicode;
  int indent = 1;
};

/// Aligned columns, two blanks between them. When the table is too wide, its widest columns are cut.
/// throws  as `check`
std::string to_text(const Table& table, TableOptions options = {});

}  // namespace descent::inline v1::plot
