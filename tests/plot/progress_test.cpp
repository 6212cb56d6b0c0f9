#include <descent/plot/progress.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <descent/plot/text.hpp>
#include <descent/tests/catch.hpp>

using namespace descent::plot;
using Catch::Contains;

namespace {

/// A stream that remembers, and a clock that is set by hand.
struct Stage {
  std::FILE* file = std::tmpfile();
  double time = 100;

  ~Stage() { std::fclose(file); }

  Terminal terminal(bool interactive, int columns = 80) const { return {.stream = file, .interactive = interactive, .columns = columns}; }
  ProgressOptions options(int rounds = 8, descent::Index items = 12000) {
    return {.rounds = rounds, .items = items, .unit = "img", .clock = [this] { return time; }};
  }
  std::string written() const {
    std::fflush(file);
    std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
    std::rewind(file);
    const std::size_t got = std::fread(text.data(), 1, text.size(), file);
    CHECK(got == text.size());
    return text;
  }
};

}  // namespace

TEST_CASE("progress: in a pipe each round is one line, and nothing else is written") {
  Stage stage;
  {
    Progress progress(stage.terminal(false), stage.options(2, 1000));
    for (int round = 0; round < 2; ++round)
      for (int i = 0; i < 10; ++i) {
        stage.time += 0.25;
        progress.advance(100, "loss 0.184");
      }
  }
  CHECK(stage.written() ==
        " epoch  1/2 ━━━━━━━━━━━━━━━━━━━━ 100 %  loss 0.184  400 img/s  eta 0:03\n"
        " epoch  2/2 ━━━━━━━━━━━━━━━━━━━━ 100 %  loss 0.184  400 img/s  took 0:05\n");
}

TEST_CASE("progress: the line says where it is, how fast and how long still") {
  Stage stage;
  Progress progress(stage.terminal(true), stage.options());
  for (int round = 0; round < 2; ++round) {
    stage.time += 0.4;
    progress.advance(12000);
    progress.finish_round("acc 90 %");
  }
  stage.time += 0.25;
  progress.advance(7500, "loss 0.184  acc 94.9 %");
  // 2.625 of 8 rounds took 1.05 s, so 5.375 take 2.15 s.
  CHECK_THAT(stage.written(), Catch::EndsWith("\r epoch  3/8 ━━━━━━━━─────  62 %  loss 0.184  acc 94.9 %  "
                                              "30 000 img/s  eta 0:02"));
}

TEST_CASE("progress: a terminal is redrawn at most ten times a second, in place") {
  Stage stage;
  Progress progress(stage.terminal(true), stage.options(1, 1000));
  for (int i = 0; i < 1000; ++i) {
    stage.time += 0.001;
    progress.advance(1);
  }
  const std::string before = stage.written();
  CHECK(std::count(before.begin(), before.end(), '\r') <= 11);
  CHECK(before.find('\n') == std::string::npos);
  progress.close();
  CHECK_THAT(stage.written(), Contains("100 %") && Catch::EndsWith("took 0:01\n"));
  progress.close();  // nothing more
  CHECK(stage.written().back() == '\n');
}

TEST_CASE("progress: a shorter line wipes what the longer one left") {
  Stage stage;
  Progress progress(stage.terminal(true), stage.options(1, 10));
  stage.time += 1;
  progress.advance(1, "a rather long fact");
  const auto first = stage.written().size();
  stage.time += 1;
  progress.advance(1, "x");
  const std::string second = stage.written().substr(first);
  CHECK(second.starts_with("\r"));
  CHECK(second.ends_with(" "));
}

TEST_CASE("progress: every line keeps to the width, cutting bar and facts") {
  for (const int columns : {40, 50, 80})
    for (const bool interactive : {false, true})
      for (const Glyphs glyphs : {Glyphs::unicode, Glyphs::ascii}) {
        Stage stage;
        Terminal terminal = stage.terminal(interactive, columns);
        terminal.glyphs = glyphs;
        Progress progress(terminal, stage.options(100));
        stage.time += 1;
        progress.advance(6000, "loss 0.184  accuracy 94.9 %  and many more words than fit → here");
        progress.finish_round();
        std::string text = stage.written();
        text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }), text.end());
        const int lines = interactive ? 2 : 1;
        CHECK(columns_of(text) <= columns * lines);
        if (glyphs == Glyphs::ascii) CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }));
      }
}

TEST_CASE("progress: colours only when the terminal has them") {
  Stage stage;
  Terminal terminal = stage.terminal(false);
  terminal.colour = Colour::yes;
  Progress progress(terminal, stage.options(1, 2));
  stage.time += 1;
  progress.advance(1);
  progress.close();
  CHECK_THAT(stage.written(), Contains("\x1b[38;5;35m━━━━━━━━━━\x1b[0m──────────"));
}

TEST_CASE("progress: an early end, no items, and too many are all shown truly") {
  Stage stage;
  {
    Progress progress(stage.terminal(false), stage.options(2, 10));
    progress.finish_round("nothing done");
    progress.advance(1000);
  }
  CHECK_THAT(stage.written(), Contains("  0 %  nothing done  eta -:--\n") && Contains(" 100 %"));
}

TEST_CASE("progress: facts cannot move the cursor") {
  Stage stage;
  {
    Progress progress(stage.terminal(false), stage.options(1, 1));
    progress.advance(1, "\x1b[2J\n");
  }
  CHECK(stage.written().find('\x1b') == std::string::npos);
}

TEST_CASE("progress: a stream that refuses does not end the work") {
  std::FILE* closed = std::fopen("/dev/full", "w");
  if (closed == nullptr) {
    WARN("no /dev/full here: skipped");
    return;
  }
  {
    Progress progress({.stream = closed}, {.rounds = 2});
    CHECK_NOTHROW(progress.advance(1));
    CHECK_NOTHROW(progress.close());
  }
  std::fclose(closed);
}

TEST_CASE("progress: mistakes have their sentences") {
  Stage stage;
  CHECK_THROWS_WITH(Progress({}, {}), "progress: no stream; give it one, such as terminal_of(stderr)");
  CHECK_THROWS_WITH(Progress(stage.terminal(false), {.rounds = 0}), "progress: 0 rounds of 1 items; both must be at least 1");
  Progress progress(stage.terminal(false), {});
  CHECK_THROWS_WITH(progress.advance(-1), "progress: -1 items; their count must be 0 or more");
}

TEST_CASE("progress: durations") {
  CHECK(duration_text(2.4) == "0:02");
  CHECK(duration_text(3909) == "1:05:09");
  CHECK(duration_text(3 * 86400 + 4 * 3600) == "3 d 04:00");
  CHECK(duration_text(-1) == "-:--");
  CHECK(duration_text(NAN) == "-:--");
}
