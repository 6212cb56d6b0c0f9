#include <descent/plot/terminal.hpp>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace descent::inline v1::plot {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

int columns_of_terminal(int descriptor) {
  winsize size = {};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kMostColumns;
  return std::clamp<int>(size.ws_col, kFewestColumns, kMostColumns);
}

}  // namespace

Terminal terminal_of(std::FILE* stream, Glyphs glyphs) {
  Terminal terminal = {.stream = stream, .glyphs = glyphs};
  const int descriptor = fileno(stream);
  if (descriptor < 0 || isatty(descriptor) == 0) return terminal;
  terminal.columns = columns_of_terminal(descriptor);
  const std::string_view kind = environment("TERM");
  if (kind == "dumb") return terminal;
  terminal.interactive = true;
  if (!kind.empty() && environment("NO_COLOR").empty()) terminal.colour = Colour::yes;
  return terminal;
}

}  // namespace descent::inline v1::plot
