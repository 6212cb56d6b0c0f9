#include <descent/plot/svg_writer.hpp>

#include <cmath>

#include <fmt/format.h>

namespace descent::inline v1::plot {
namespace {

long long tenths(double length) { return std::llround(length * 10); }

/// Parts of an em, after DejaVu Sans.
double em_width(char32_t c) {
  const double raised = plain_of_superscript(c) != 0 ? 0.75 : 1;
  const char32_t base = raised < 1 ? U'0' : c;
  if (std::u32string_view(U"ijlI|!.,:;'’‘").find(base) != std::u32string_view::npos) return 0.31;
  if (std::u32string_view(U" ftr()[]-/“”\"·").find(base) != std::u32string_view::npos) return 0.41;
  if (std::u32string_view(U"mMWw%@—…").find(base) != std::u32string_view::npos) return 0.95;
  if (base >= 'A' && base <= 'Z') return 0.7;
  return (base >= 0x1100 ? 1.0 : 0.62) * raised;
}

/// A stretch of text that is all superscript digits, written as plain ones, or holds none.
struct Run {
  std::string words = {};
  bool raised = false;
};

std::vector<Run> runs_of(std::string_view words) {
  std::vector<Run> runs;
  while (!words.empty()) {
    const char32_t c = next_code_point(words);
    const char digit = plain_of_superscript(c);
    const bool raised = digit != 0;
    if (runs.empty() || runs.back().raised != raised) runs.push_back({{}, raised});
    append_utf8(runs.back().words, digit == '-' ? U'−' : raised ? static_cast<char32_t>(digit) : c);
  }
  return runs;
}

}  // namespace

void PathData::number(long long value) {
  if (value < 0) text_ += '-';
  const long long size = value < 0 ? -value : value;
  if (size >= 10 || size == 0) text_ += std::to_string(size / 10);
  if (size % 10 != 0) text_.append(1, '.').append(1, static_cast<char>('0' + size % 10));
}

void PathData::step(char command, long long dx, long long dy) {
  text_ += command;
  number(dx);
  if (dy >= 0) text_ += ' ';
  number(dy);
}

void PathData::move(Point to) {
  x_ = tenths(to.x);
  y_ = tenths(to.y);
  step('M', x_, y_);
}

void PathData::line(Point to) {
  const long long dx = tenths(to.x) - x_;
  const long long dy = tenths(to.y) - y_;
  if (dx == 0 && dy == 0) return;
  step('l', dx, dy);
  x_ += dx;
  y_ += dy;
}

void PathData::dot(Point at) {
  move(at);
  text_ += "h0";
}

void PathData::polyline(const std::vector<Point>& points) {
  for (std::size_t i = 0; i < points.size(); ++i) i == 0 ? move(points[i]) : line(points[i]);
}

void PathData::ring(const std::vector<Point>& points) {
  Point last = {-10, -10};
  bool first = true;
  for (const Point p : points) {
    if (!first && std::hypot(p.x - last.x, p.y - last.y) < 1) continue;
    first ? move(p) : line(p);
    first = false;
    last = p;
  }
  close();
}

void PathData::box(const Box& box) {
  move({box.left, box.top});
  text_ += 'h';
  number(tenths(box.right()) - tenths(box.left));
  text_ += 'v';
  number(tenths(box.bottom()) - tenths(box.top));
  text_ += 'h';
  number(tenths(box.left) - tenths(box.right()));
  close();
}

double text_width(std::string_view text, double size) {
  double width = 0;
  while (!text.empty()) width += em_width(next_code_point(text));
  return width * size;
}

std::string cut_to(std::string_view text, double width, double size) {
  if (text_width(text, size) <= width) return std::string(text);
  std::string cut;
  while (!text.empty()) {
    std::string longer = cut;
    append_utf8(longer, next_code_point(text));
    if (text_width(longer + "…", size) > width) break;
    cut = std::move(longer);
  }
  return cut + "…";
}

std::string px(double length) {
  const std::string text = fmt::format("{:.1f}", length);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

void SvgWriter::path(std::string_view style, const PathData& data, std::string_view more) {
  if (!data.text().empty()) text_ += fmt::format("<path class=\"{}\" {}d=\"{}\"/>\n", style, more, data.text());
}

void SvgWriter::line(std::string_view style, Point from, Point to) {
  PathData data;
  data.polyline({from, to});
  path(style, data);
}

void SvgWriter::circle(std::string_view style, Point centre, double radius) {
  text_ += fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", style, px(centre.x), px(centre.y), px(radius));
}

void SvgWriter::rectangle(std::string_view style, const Box& box, std::string_view more) {
  text_ += fmt::format("<rect class=\"{}\" {}x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", style, more, px(box.left), px(box.top),
                       px(box.width), px(box.height));
}

void SvgWriter::text(std::string_view style, Point at, Align align, std::string_view words, double size) {
  const char* anchor = align == Align::left ? "" : align == Align::right ? " text-anchor=\"end\"" : " text-anchor=\"middle\"";
  text_ += fmt::format("<text class=\"{}\"{} x=\"{}\" y=\"{}\" font-size=\"{}\">", style, anchor, px(at.x), px(at.y), px(size));
  const std::string rise = px(0.36 * size);
  bool was_raised = false;
  for (const Run& run : runs_of(words)) {
    if (run.raised) text_ += fmt::format("<tspan dy=\"-{}\" font-size=\"{}\">{}</tspan>", rise, px(0.74 * size), run.words);
    else if (was_raised) text_ += fmt::format("<tspan dy=\"{}\">{}</tspan>", rise, xml_escaped(run.words));
    else text_ += xml_escaped(run.words);
    was_raised = run.raised;
  }
  text_ += "</text>\n";
}

}  // namespace descent::inline v1::plot
