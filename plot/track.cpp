#include <descent/plot/track.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr double kLargest = 1e300;
constexpr double kSmallest = 1e-290;  // less counts as 0, on a log axis as this: steps of less have no digits left
constexpr double kLargestExponent = 1e15;
constexpr double kFarthest = 1e6;
constexpr double kLn10 = 2.302585092994046;

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `least`.
double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0})
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

/// Numbers of one axis, all with the same decimals.
std::string linear_text(double value, double step, double largest) {
  if (std::abs(value) < step * 1e-6) return "0";
  if (largest >= 1e6 || step < 1e-4)
    return number_text(value, std::clamp(static_cast<int>(std::ceil(std::log10(largest / step))) + 1, 1, 12));
  const double exponent = std::floor(std::log10(step) + 1e-9);
  const bool quarter = std::abs(step / std::pow(10.0, exponent) - 2.5) < 1e-6;
  const int decimals = std::max(0, static_cast<int>(-exponent) + (quarter ? 1 : 0));
  if (decimals == 0) return grouped(value);
  const std::string text = fmt::format("{:.{}f}", std::abs(value), decimals);
  return value < 0 ? "−" + text : text;
}

std::string decade_text(double mantissa, double exponent, bool short_numbers) {
  if (short_numbers) return number_text(mantissa * std::pow(10.0, exponent));
  const std::string power = "10" + superscript(static_cast<long long>(exponent));
  return mantissa == 1 ? power : fmt::format("{:.0f}×{}", mantissa, power);
}

/// The smallest of 1, 2, 5, 10, 20, 50, ... that leaves at most `most` of `count`.
double stride_for(double count, int most) {
  double stride = std::max(1.0, round_step(std::max(count / most, 0.1)));
  return stride == 2.5 ? 5 : stride;
}

}  // namespace

bool drawable(double value) { return std::abs(value) <= kLargest; }  // false for NaN

double spread(Scale scale, double value) {
  if (!drawable(value)) return nowhere;
  if (scale == Scale::linear) return std::abs(value) < kSmallest ? 0 : value;
  if (scale == Scale::log) return value > 0 ? std::log10(std::max(value, kSmallest)) : nowhere;
  if (std::abs(value) > kLargestExponent) return nowhere;
  if (scale == Scale::exponent) return value;
  return value >= 0 ? std::log10(1 + value) : nowhere;
}

double unspread(Scale scale, double place) {
  if (scale == Scale::log) return std::pow(10.0, place);
  if (scale == Scale::double_log) return std::pow(10.0, place) - 1;
  return place;
}

Track::Track(Scale scale, Range range, bool downwards)
    : scale_(scale), range_(range), low_(spread(scale, range.low)), span_(spread(scale, range.high) - low_), downwards_(downwards) {}

double Track::at(double value) const {
  const double spread_out = spread(scale_, value);
  if (std::isnan(spread_out)) return nowhere;
  const double place = std::clamp((spread_out - low_) / span_, -kFarthest, kFarthest);
  return downwards_ ? 1 - place : place;
}

double Track::value(double place) const { return unspread(scale_, low_ + (downwards_ ? 1 - place : place) * span_); }

double Track::rate(double value) const {
  double rate = 1 / span_;
  if (scale_ == Scale::log) rate /= value * kLn10;
  if (scale_ == Scale::double_log) rate /= (1 + value) * kLn10;
  return downwards_ ? -rate : rate;
}

std::vector<Tick> Track::ticks(int most) const {
  if (scale_ == Scale::linear) return linear_ticks(most);
  return scale_ == Scale::double_log ? double_log_ticks(most) : decade_ticks(most);
}

std::vector<Tick> Track::linear_ticks(int most) const {
  const double step = round_step((range_.high - range_.low) / std::max(most, 1));
  const double largest = std::max(std::abs(range_.low), std::abs(range_.high));
  std::vector<Tick> ticks;
  const double first = std::ceil(range_.low / step - 1e-6);
  for (int i = 0; i <= 2 * most + 2 && first + i <= range_.high / step + 1e-6; ++i) {
    const double value = (first + i) * step;
    ticks.push_back({std::clamp(at(value), 0.0, 1.0), linear_text(value, step, largest)});
  }
  return ticks;
}

std::vector<Tick> Track::decade_ticks(int most) const {
  const double low = low_;
  const double high = low_ + span_;
  const double stride = stride_for(std::floor(high) - std::ceil(low) + 1, std::max(most, 1));
  const bool short_numbers = low >= -3.01 && high <= 4.5;
  const bool fine = span_ < 1.2;  // fewer than two powers of ten: 2 and 5 are labelled too
  std::vector<Tick> ticks;
  const auto add = [&](double place, std::string text) {
    if (place > -1e-9 && place < 1 + 1e-9) ticks.push_back({std::clamp(downwards_ ? 1 - place : place, 0.0, 1.0), std::move(text)});
  };
  for (double e = std::floor(low / stride) * stride; e <= high + 1e-9; e += stride) {
    add((e - low) / span_, decade_text(1, e, short_numbers));
    for (int m = 2; m < 10 && stride == 1 && span_ < 7; ++m)
      add((e + std::log10(m) - low) / span_, fine && (m == 2 || m == 5) ? decade_text(m, e, short_numbers) : "");
  }
  const auto labelled = std::count_if(ticks.begin(), ticks.end(), [](const Tick& t) { return !t.text.empty(); });
  if (labelled < 2 && stride > 1) return decade_ticks(most + 1);
  if (labelled < 2 && std::abs(low) < 290)
    return Track(Scale::log, {std::pow(10.0, low), std::pow(10.0, high)}, downwards_).linear_ticks(most);
  return ticks;
}

std::vector<Tick> Track::double_log_ticks(int most) const {
  constexpr std::array<double, 22> by_rank = {0,    1,   10,  100, 1000, 1e4, 1e5,  1e6, 3,  30,  300,
                                              3000, 3e4, 3e5, 2,   20,   200, 2000, 5,   50, 500, 5000};
  std::vector<Tick> ticks;
  for (const double exponent : by_rank) {
    const double place = at(exponent);
    const auto crowds = [&](const Tick& t) { return std::abs(t.at - place) < 0.8 / std::max(most, 1); };
    if (place < -1e-9 || place > 1 + 1e-9 || std::any_of(ticks.begin(), ticks.end(), crowds)) continue;
    ticks.push_back({place, decade_text(1, exponent, exponent < 3)});
  }
  std::sort(ticks.begin(), ticks.end(), [](const Tick& a, const Tick& b) { return a.at < b.at; });
  return ticks;
}

}  // namespace descent::inline v1::plot
