#include <descent/plot/progress.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/plot/canvas.hpp>
#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr double kBetweenDraws = 0.1;  // seconds
constexpr int kWidestBar = 20;
constexpr int kNarrowestBar = 5;

double steady_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string repeated(std::string_view glyph, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += glyph;
  return text;
}

struct Bar {
  std::string filled = {};
  std::string rest = {};
};

/// Nothing at all where there is no room for a bar.
Bar bar_of(int width, double part, Glyphs glyphs) {
  if (width < kNarrowestBar) return {};
  const bool unicode = glyphs == Glyphs::unicode;
  const int halves = static_cast<int>(2 * width * part);
  const int whole = halves / 2;
  const int half = halves % 2;
  const std::string rest = repeated(unicode ? "─" : "-", width - whole - half);
  return {repeated(unicode ? "━" : "=", whole) + repeated(unicode ? "╸" : ">", half), rest};
}

}  // namespace

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e9) return "-:--";
  const auto whole = std::llround(seconds);
  const long long hours = whole / 3600;
  if (hours >= 48) return fmt::format("{} d {:02}:{:02}", hours / 24, hours % 24, whole / 60 % 60);
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

Progress::Progress(Terminal terminal, ProgressOptions options) : terminal_(terminal), options_(std::move(options)) {
  if (terminal_.stream == nullptr) throw ValueError("progress: no stream; give it one, such as terminal_of(stderr)");
  if (options_.rounds < 1 || options_.items < 1)
    throw ValueError(fmt::format("progress: {} rounds of {} items; both must be at least 1", options_.rounds, options_.items));
  if (!options_.clock) options_.clock = steady_seconds;
  start_ = round_start_ = last_ = now();
}

Progress::~Progress() {
  try {
    close();
  } catch (...) {  // NOLINT: out of memory for a line of text must not end the program
  }
}

double Progress::now() const { return options_.clock(); }

void Progress::advance(Index count, std::string_view facts) {
  if (count < 0) throw ValueError(fmt::format("progress: {} items; their count must be 0 or more", count));
  if (done_ == options_.items && count > 0) end_round(last_);  // the work of this call began then
  if (!facts.empty()) facts_ = facts;
  done_ = std::min(options_.items, done_ + std::min(count, options_.items));
  last_ = now();
  if (terminal_.interactive && last_ - drawn_at_ >= kBetweenDraws) draw();
}

void Progress::finish_round(std::string_view facts) {
  if (!facts.empty()) facts_ = facts;
  end_round(now());
}

void Progress::end_round(double next_start) {
  draw();
  write("\n");
  drawn_columns_ = 0;
  ++round_;
  done_ = 0;
  round_start_ = last_ = next_start;
}

void Progress::close() {
  if (done_ > 0 || drawn_columns_ > 0) finish_round();
}

void Progress::draw() {
  const Line parts = line();
  const int columns = columns_of(parts.before) + columns_of(parts.filled) + columns_of(parts.after);
  const std::string over(static_cast<std::size_t>(std::max(0, drawn_columns_ - columns)), ' ');  // what the last line leaves behind
  write((terminal_.interactive ? "\r" : "") + parts.before + coloured(parts.filled, Tone::green, terminal_.colour) + parts.after + over);
  drawn_columns_ = columns;
  drawn_at_ = last_;
}

/// The words alone first; the bar takes what room they leave.
Progress::Line Progress::line() const {
  const Glyphs glyphs = terminal_.glyphs;
  const int room = terminal_.columns - (terminal_.interactive ? 1 : 0);  // a full last column makes some terminals wrap
  const double part = static_cast<double>(done_) / static_cast<double>(options_.items);
  const auto digits = std::to_string(options_.rounds).size();
  const std::string before = shown(fmt::format(" {} {:>{}}/{} ", options_.round, round_, digits + 1, options_.rounds), glyphs);
  const std::string done = fmt::format("{:4.0f} %", std::floor(100 * part));
  const std::string time = shown("  " + time_words(), glyphs);
  const int left = room - columns_of(before) - columns_of(done) - columns_of(time);
  const std::string facts = facts_.empty() || left < 5 ? "" : shortened("  " + facts_, left, glyphs);
  const Bar bar = bar_of(std::min(kWidestBar, left - columns_of(facts)), part, glyphs);
  const std::string after = bar.rest + done + facts + time;
  if (columns_of(before) + columns_of(bar.filled) + columns_of(after) > room) return {shortened(before + done, room, glyphs), "", ""};
  return {before, bar.filled, after};
}

/// "31 200 img/s  eta 0:02"; at the very end "31 200 img/s  took 0:12".
std::string Progress::time_words() const {
  const double seconds = last_ - round_start_;
  const double all = static_cast<double>(options_.rounds) * static_cast<double>(options_.items);
  const double sofar = std::min(all, static_cast<double>(round_ - 1) * static_cast<double>(options_.items) + static_cast<double>(done_));
  const double elapsed = now() - start_;
  std::string words;
  if (seconds > 0 && done_ > 0) words = fmt::format("{} {}/s  ", number_text(static_cast<double>(done_) / seconds), options_.unit);
  if (sofar >= all) return words + "took " + duration_text(elapsed);
  return words + "eta " + duration_text(sofar > 0 ? elapsed / sofar * (all - sofar) : -1);
}

void Progress::write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), terminal_.stream);
  std::fflush(terminal_.stream);
}

}  // namespace descent::inline v1::plot
