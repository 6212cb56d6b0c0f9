#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <descent/autodiff/base/index.hpp>
#include <descent/plot/terminal.hpp>

namespace descent::inline v1::plot {

struct ProgressOptions {
  std::string round = "epoch";  ///< what is counted: "epoch  3/8"
  int rounds = 1;
  Index items = 1;                     ///< in a round
  std::string unit = "items";          ///< of the rate: "31 200 img/s"
  std::function<double()> clock = {};  ///< seconds that never run back; absent: the machine's steady clock
};

/// How far a long job is, its rate and the time left:
///
///     epoch  3/8 ━━━━━━━━━━━━╸─────── 62 %  loss 0.184  acc 94.9 %  31 200 img/s  eta 0:02
///
/// In a terminal the line is redrawn ten times a second at most, and stays when its round ends; elsewhere one line is written as each
/// round ends. Lines keep to the terminal's width: the bar shrinks first, then the facts are cut. Not thread-safe.
///
/// A stream that refuses to be written to is ignored: a lost progress line must not end the work.
class Progress {
 public:
  /// throws  ValueError: no stream, rounds or items below 1
  Progress(Terminal terminal, ProgressOptions options);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `count` more items are done; `facts` are words on how it goes ("loss 0.184"), empty: as before. After the last item of a round the
  /// next call begins another.
  /// throws  ValueError: a negative count
  void advance(Index count, std::string_view facts = {});

  /// Ends the round, complete or not, with the last words on it: the place for a score that is known only now.
  void finish_round(std::string_view facts = {});

  /// Ends an unfinished round, so that other words can be printed; the destructor does the same. Nothing to end: nothing happens.
  void close();

 private:
  struct Line {
    std::string before;
    std::string filled;  // the part of the bar that is done
    std::string after;
  };
  double now() const;
  Line line() const;
  std::string time_words() const;
  void end_round(double next_start);
  void draw();
  void write(std::string_view text);

  Terminal terminal_;
  ProgressOptions options_;
  std::string facts_;
  double start_;
  double round_start_;
  double last_;  // time of the last advance
  double drawn_at_ = -1e9;
  int round_ = 1;          // the one in progress
  Index done_ = 0;         // its items
  int drawn_columns_ = 0;  // of the line that is on the screen and not ended
};

/// "0:02", "1:05:09", "3 d 04:00"; "-:--" when it is not known.
std::string duration_text(double seconds);

}  // namespace descent::inline v1::plot
