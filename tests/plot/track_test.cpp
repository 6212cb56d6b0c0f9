#include <descent/plot/track.hpp>

#include <cmath>
#include <limits>
#include <string>

#include <descent/tests/catch.hpp>

using namespace descent::plot;

namespace {

std::string labels(const std::vector<Tick>& ticks) {
  std::string text;
  for (const Tick& tick : ticks)
    if (!tick.text.empty()) text += (text.empty() ? "" : "|") + tick.text;
  return text;
}

}  // namespace

TEST_CASE("track: places run from 0 to 1, or back") {
  const Track up(Scale::linear, {-2, 2});
  CHECK(up.at(-2) == 0);
  CHECK(up.at(1) == 0.75);
  CHECK(up.at(4) == 1.5);
  CHECK(Track(Scale::linear, {-2, 2}, true).at(1) == 0.25);
  CHECK(Track(Scale::log, {0.01, 100}).at(1) == Approx(0.5));
  CHECK(Track(Scale::exponent, {0, 2500}).at(1250) == 0.5);
  CHECK(Track(Scale::double_log, {0, 999}).at(9) == Approx(1.0 / 3));
}

TEST_CASE("track: however far away, a place stays a number to reckon with") {
  const Track tiny(Scale::linear, {0, 1e-300});
  CHECK(tiny.at(1e300) == 1e6);
  CHECK(tiny.at(-1e300) == -1e6);
  CHECK(std::isnan(tiny.at(std::numeric_limits<double>::infinity())));
}

TEST_CASE("track: a scale says which numbers it cannot show") {
  CHECK(std::isnan(spread(Scale::log, 0)));
  CHECK(std::isnan(spread(Scale::log, -1)));
  CHECK(std::isnan(spread(Scale::linear, std::numeric_limits<double>::infinity())));
  CHECK(std::isnan(spread(Scale::linear, 1e301)));
  CHECK(std::isnan(spread(Scale::double_log, -0.5)));
  CHECK(std::isnan(spread(Scale::exponent, 1e16)));
  CHECK_FALSE(drawable(std::numeric_limits<double>::quiet_NaN()));
  CHECK(spread(Scale::log, 5e-324) == -290);  // as small as it gets
}

TEST_CASE("track: a place leads back to its number") {
  for (const Scale scale : {Scale::linear, Scale::log, Scale::exponent, Scale::double_log})
    for (const bool downwards : {false, true}) {
      const Track track(scale, {0.5, 40}, downwards);
      CHECK(track.value(track.at(7)) == Approx(7));
    }
}

TEST_CASE("track: the rate is the slope of the place") {
  for (const Scale scale : {Scale::linear, Scale::log, Scale::exponent, Scale::double_log})
    for (const bool downwards : {false, true}) {
      const Track track(scale, {0.5, 40}, downwards);
      const double h = 1e-5;  // the error of a central difference is about h^2
      CHECK(track.rate(3) == Approx((track.at(3 + h) - track.at(3 - h)) / (2 * h)).epsilon(1e-7));
    }
}

TEST_CASE("track: linear ticks are round numbers with equal decimals") {
  CHECK(labels(Track(Scale::linear, {-2.1, 2.1}).ticks(5)) == "−2|−1|0|1|2");
  CHECK(labels(Track(Scale::linear, {0, 1}).ticks(5)) == "0|0.2|0.4|0.6|0.8|1.0");
  CHECK(labels(Track(Scale::linear, {0, 1}).ticks(4)) == "0|0.25|0.50|0.75|1.00");
  CHECK(labels(Track(Scale::linear, {0, 60000}).ticks(3)) == "0|20 000|40 000|60 000");
  CHECK(labels(Track(Scale::linear, {0, 4e9}).ticks(4)) == "0|10⁹|2×10⁹|3×10⁹|4×10⁹");
  CHECK(labels(Track(Scale::linear, {0, 4e-7}).ticks(2)) == "0|2×10⁻⁷|4×10⁻⁷");
}

TEST_CASE("track: log ticks are powers of ten, thinned when there are many") {
  CHECK(labels(Track(Scale::log, {0.009, 110}).ticks(6)) == "0.01|0.1|1|10|100");
  CHECK(labels(Track(Scale::log, {1e-8, 1e4}).ticks(4)) == "10⁻⁵|10⁰");
  CHECK(labels(Track(Scale::log, {0.5, 6}).ticks(5)) == "0.5|1|2|5");
  CHECK(labels(Track(Scale::log, {2.1, 2.4}).ticks(3)) == "2.1|2.2|2.3|2.4");  // no power inside
  CHECK(labels(Track(Scale::exponent, {0, 2600}).ticks(6)) == "10⁰|10⁵⁰⁰|10¹⁰⁰⁰|10¹⁵⁰⁰|10²⁰⁰⁰|10²⁵⁰⁰");
}

TEST_CASE("track: even two labels are found on the longest axis") {
  CHECK(labels(Track(Scale::log, {1e-290, 1e290}).ticks(2)) == "10⁻²⁰⁰|10⁰|10²⁰⁰");
}

TEST_CASE("track: within one power of ten the numbers themselves are labelled") {
  CHECK(labels(Track(Scale::exponent, {0.35, 0.5}).ticks(4)) == "2.25|2.50|2.75|3.00");
}

TEST_CASE("track: log axes have minor ticks between powers that follow each other") {
  const auto ticks = Track(Scale::log, {1, 100}).ticks(5);
  CHECK(ticks.size() == 19);  // 1 to 9, 10 to 90, 100
}

TEST_CASE("track: one axis holds 10 and 10^2501") {
  CHECK(labels(Track(Scale::double_log, {0, 2501}).ticks(8)) == "1|10³|10¹⁰|10³⁰|10¹⁰⁰|10³⁰⁰|10¹⁰⁰⁰");
}

TEST_CASE("track: extreme ranges end, with a bounded number of ticks") {
  for (const Range range : {Range{-1e300, 1e300}, Range{1e17, 1e17 + 64}, Range{1, 1 + 4e-16}, Range{-1, 1e-300}})
    CHECK(Track(Scale::linear, range).ticks(6).size() <= 14);
  CHECK(Track(Scale::exponent, {-1e15, 1e15}).ticks(6).size() <= 14);
  CHECK(Track(Scale::double_log, {0, 1e15}).ticks(6).size() <= 14);
  CHECK(Track(Scale::log, {5e-324, 1e300}).ticks(6).size() <= 14);
}
