#include <descent/examples/demo/stage.hpp>

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include <descent/plot/braille.hpp>
#include <descent/plot/canvas.hpp>

namespace demo {

using namespace descent;

std::string words(const char* format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

std::string typeset(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '-' ? "−" : std::string(1, c);
  return result;
}

void Stage::open(std::size_t number, std::string_view name, std::string_view about) {
  const auto ruled = [this](int columns) {
    std::string rule;
    for (int i = 0; i < columns; ++i) rule += terminal_.glyphs == plot::Glyphs::ascii ? "=" : "━";
    return rule;
  };
  const std::string left = words(" %zu %.*s ", number, static_cast<int>(name.size()), name.data());
  const std::string right = " " + std::string(about) + " ";
  const int between = terminal_.columns - 4 - plot::columns_of(left) - plot::columns_of(right);
  const std::string line = ruled(2) + left + (between < 2 ? ruled(2) : ruled(between) + right + ruled(2));
  show_lines("\n" + plot::coloured(line, plot::Tone::orange, terminal_.colour) + "\n\n");
}

void Stage::say(std::string_view sentence) {
  const auto width = [](std::string_view text) { return static_cast<double>(plot::columns_of(text)); };
  std::string lines;
  for (const std::string& line : plot::wrapped(plot::shown(sentence, terminal_.glyphs), terminal_.columns - 1, width))
    lines += " " + line + "\n";
  show_lines(lines + "\n");
}

void Stage::show(const plot::Table& table) {
  show_lines(plot::to_text(table, {.columns = terminal_.columns, .glyphs = terminal_.glyphs}) + "\n");
}

void Stage::show(const plot::Figure& figure, int rows) {
  show_lines(
      plot::to_terminal(figure, {.columns = terminal_.columns, .rows = rows, .colour = terminal_.colour, .glyphs = terminal_.glyphs}) +
      "\n");
}

void Stage::show_lines(std::string_view lines) { std::fwrite(lines.data(), 1, lines.size(), terminal_.stream); }

}  // namespace demo
