#pragma once

#include <limits>
#include <string>
#include <vector>

#include <descent/plot/figure.hpp>

namespace descent::inline v1::plot {

/// The place of what a scale cannot show.
inline constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

/// A place on an axis: 0 at its start, 1 at its end. Without text it is a minor tick.
struct Tick {
  double at = 0;
  std::string text = {};
};

/// One axis laid out: from numbers to places between 0 and 1, and the ticks people expect there.
class Track {
 public:
  /// requires: range.low < range.high, both drawable on the scale
  Track(Scale scale, Range range, bool downwards = false);

  /// Where a number lies; outside 0..1 beyond the axis (a million lengths at most), NaN when the scale cannot show it.
  double at(double value) const;
  /// The number at a place: `at` turned round.
  double value(double place) const;
  /// d at / d value
  double rate(double value) const;

  /// At most about `most` labelled ticks at round numbers, and minor ones on log axes.
  std::vector<Tick> ticks(int most) const;

  Range range() const { return range_; }

 private:
  std::vector<Tick> linear_ticks(int most) const;
  std::vector<Tick> decade_ticks(int most) const;
  std::vector<Tick> double_log_ticks(int most) const;

  Scale scale_;
  Range range_;  // in the numbers of the scale
  double low_;   // of the spread-out axis
  double span_;
  bool downwards_;
};

/// Finite, and not beyond 10^300, where differences of numbers overflow: what can be drawn.
bool drawable(double value);

/// Where a scale puts a number before any range is chosen; NaN for a number it cannot show.
double spread(Scale scale, double value);
double unspread(Scale scale, double place);

}  // namespace descent::inline v1::plot
