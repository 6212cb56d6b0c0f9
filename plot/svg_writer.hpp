#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <descent/plot/crowd.hpp>
#include <descent/plot/figure.hpp>
#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {

/// The `d` of a path: tenths of a pixel, each step relative to the last, so that long curves stay small.
class PathData {
 public:
  void move(Point to);
  void line(Point to);  ///< a step of less than a tenth is left out
  void dot(Point at);   ///< a line of no length, which round ends make a dot
  void close() { text_ += 'z'; }

  void polyline(const std::vector<Point>& points);
  void ring(const std::vector<Point>& points);  ///< closed, a step of less than a pixel left out
  void box(const Box& box);

  const std::string& text() const { return text_; }

 private:
  void step(char command, long long dx, long long dy);
  void number(long long tenths);

  std::string text_;
  long long x_ = 0;
  long long y_ = 0;
};

/// The width of a text on the page, judged for a wide sans serif: real ones are at most as wide.
double text_width(std::string_view text, double size);

/// The text, cut with an ellipsis where it is wider than `width`.
std::string cut_to(std::string_view text, double width, double size);

/// SVG elements, one after the other. `style` is the value of the class attribute, `more` further attributes.
class SvgWriter {
 public:
  void raw(std::string_view text) { text_ += text; }
  void path(std::string_view style, const PathData& data, std::string_view more = {});
  void line(std::string_view style, Point from, Point to);
  void circle(std::string_view style, Point centre, double radius);
  void rectangle(std::string_view style, const Box& box, std::string_view more = {});
  /// `at` is on the baseline. Superscripts are raised digits, so that they look alike in every font.
  void text(std::string_view style, Point at, Align align, std::string_view words, double size);

  const std::string& result() const { return text_; }

 private:
  std::string text_;
};

/// A length with at most one decimal.
std::string px(double length);

}  // namespace descent::inline v1::plot
