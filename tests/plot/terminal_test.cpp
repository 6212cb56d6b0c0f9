#include <descent/plot/terminal.hpp>

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <descent/tests/catch.hpp>

using namespace descent::plot;

namespace {

/// A variable of the environment for one scope.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before, had_ = true;
    value == nullptr ? unsetenv(name) : setenv(name, value, 1);
  }
  ~Environment() { had_ ? setenv(name_, before_.c_str(), 1) : unsetenv(name_); }

 private:
  const char* name_;
  std::string before_;
  bool had_ = false;
};

/// A terminal that nobody looks at; null where the system has none to give.
struct PseudoTerminal {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  std::FILE* stream = nullptr;

  explicit PseudoTerminal(unsigned short columns) {
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) return;
    stream = std::fopen(ptsname(master), "r+");
    winsize size = {};
    size.ws_col = columns;
    size.ws_row = 24;
    if (stream != nullptr) ioctl(fileno(stream), TIOCSWINSZ, &size);
  }
  ~PseudoTerminal() {
    if (stream != nullptr) std::fclose(stream);
    if (master >= 0) close(master);
  }
};

}  // namespace

TEST_CASE("terminal: a file gets no colours, no redrawing and 80 columns") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  const Terminal terminal = terminal_of(file, Glyphs::ascii);
  CHECK(terminal.stream == file);
  CHECK_FALSE(terminal.interactive);
  CHECK(terminal.colour == Colour::no);
  CHECK(terminal.columns == 80);
  CHECK(terminal.glyphs == Glyphs::ascii);
  std::fclose(file);
}

TEST_CASE("terminal: a terminal gets colours, unless NO_COLOR or a dumb one says no") {
  const PseudoTerminal pseudo(60);
  if (pseudo.stream == nullptr) {
    WARN("no pseudo terminal here: skipped");
    return;
  }
  const Environment kind("TERM", "xterm");
  {
    const Environment no_color("NO_COLOR", nullptr);
    const Terminal terminal = terminal_of(pseudo.stream);
    CHECK(terminal.interactive);
    CHECK(terminal.colour == Colour::yes);
    CHECK(terminal.columns == 60);
    const Environment dumb("TERM", "dumb");
    CHECK_FALSE(terminal_of(pseudo.stream).interactive);
    CHECK(terminal_of(pseudo.stream).colour == Colour::no);
  }
  const Environment no_color("NO_COLOR", "1");
  CHECK(terminal_of(pseudo.stream).interactive);
  CHECK(terminal_of(pseudo.stream).colour == Colour::no);
}

TEST_CASE("terminal: a very wide or narrow terminal is taken as 80 or 40 columns") {
  const PseudoTerminal wide(200);
  const PseudoTerminal narrow(10);
  const PseudoTerminal unknown(0);
  if (wide.stream == nullptr || narrow.stream == nullptr || unknown.stream == nullptr) {
    WARN("no pseudo terminal here: skipped");
    return;
  }
  CHECK(terminal_of(wide.stream).columns == 80);
  CHECK(terminal_of(narrow.stream).columns == 40);
  CHECK(terminal_of(unknown.stream).columns == 80);
}
