#pragma once

#include <string>
#include <string_view>

#include <descent/plot/figure.hpp>
#include <descent/plot/table.hpp>
#include <descent/plot/terminal.hpp>

namespace demo {

/// printf into a string.
[[gnu::format(printf, 1, 2)]] std::string words(const char* format, ...);

/// With minus signs in place of hyphens.
std::string typeset(std::string_view text);

/// Where scenes speak: words, tables and pictures that fit the terminal, whatever it can show.
class Stage {
 public:
  explicit Stage(descent::plot::Terminal terminal) : terminal_(terminal) {}

  /// "━━ 1 descend ━━━━━━━ the tutorial made real ━━"
  void open(std::size_t number, std::string_view name, std::string_view about);
  /// A sentence or two, in lines of the terminal's width.
  void say(std::string_view sentence);
  void show(const descent::plot::Table& table);
  void show(const descent::plot::Figure& figure, int rows);
  /// Lines that are made for this terminal.
  void show_lines(std::string_view lines);

  const descent::plot::Terminal& terminal() const { return terminal_; }

 private:
  descent::plot::Terminal terminal_;
};

}  // namespace demo
