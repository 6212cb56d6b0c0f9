#include <descent/data/glyphs.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/data/draws.hpp>

namespace descent::inline v1::data {
namespace {

constexpr std::uint64_t kGlyphs = 0x676c7970;

struct Knot {
  double x, y;
};

/// A curve through these points, in the unit square with y down; a point said twice in a row makes a corner.
using Stroke = std::vector<Knot>;
using Glyph = std::vector<Stroke>;

/// The ways each digit is written; a hand takes one of them.
const std::array<std::vector<Glyph>, 10>& alphabet() {
  static const std::array<std::vector<Glyph>, 10> digits{{
      {{{{.50, .06}, {.26, .18}, {.18, .50}, {.26, .82}, {.50, .94}, {.74, .82}, {.82, .50}, {.74, .18}, {.50, .06}}}},
      {{{{.52, .06}, {.52, .94}}},
       {{{.30, .26}, {.54, .06}, {.54, .06}, {.54, .94}}},
       {{{.30, .26}, {.54, .06}, {.54, .06}, {.54, .94}}, {{.30, .94}, {.78, .94}}}},
      {{{{.20, .26}, {.34, .09}, {.60, .07}, {.76, .24}, {.68, .46}, {.20, .93}, {.20, .93}, {.82, .93}}},
       {{{.20, .24}, {.40, .07}, {.66, .10}, {.74, .32}, {.50, .62}, {.22, .90}, {.28, .78}, {.50, .90}, {.82, .90}}}},
      {{{{.22, .14}, {.46, .06}, {.72, .16}, {.70, .36}, {.44, .47}, {.44, .47}, {.74, .58}, {.76, .80}, {.50, .94}, {.20, .86}}},
       {{{.22, .08}, {.76, .08}, {.76, .08}, {.46, .42}, {.46, .42}, {.74, .54}, {.76, .80}, {.50, .94}, {.20, .84}}}},
      {{{{.62, .06}, {.18, .64}, {.18, .64}, {.84, .64}}, {{.62, .06}, {.62, .94}}},
       {{{.26, .06}, {.22, .52}, {.22, .52}, {.78, .52}}, {{.74, .06}, {.70, .94}}}},
      {{{{.76, .08}, {.28, .08}, {.28, .08}, {.24, .44}, {.24, .44}, {.52, .38}, {.78, .56}, {.74, .82}, {.48, .94}, {.20, .84}}}},
      {{{{.70, .08}, {.40, .26}, {.22, .62}, {.34, .90}, {.60, .92}, {.76, .72}, {.62, .52}, {.36, .56}, {.24, .72}}}},
      {{{{.18, .08}, {.82, .08}, {.82, .08}, {.56, .46}, {.42, .94}}},
       {{{.18, .08}, {.82, .08}, {.82, .08}, {.56, .46}, {.42, .94}}, {{.36, .50}, {.74, .50}}}},
      {{{{.50, .48},
         {.28, .34},
         {.30, .14},
         {.50, .06},
         {.70, .14},
         {.72, .34},
         {.50, .48},
         {.24, .66},
         {.28, .88},
         {.50, .94},
         {.72, .88},
         {.76, .66},
         {.50, .48}}}},
      {{{{.74, .22}, {.52, .06}, {.28, .16}, {.26, .38}, {.46, .52}, {.68, .42}, {.76, .18}, {.74, .54}, {.60, .94}}},
       {{{.74, .28}, {.56, .06}, {.30, .14}, {.26, .36}, {.46, .50}, {.74, .28}, {.74, .28}, {.72, .94}}}},
  }};
  return digits;
}

/// The way from the glyph's square to pixels: squeezed, slanted, turned, moved.
struct Hand {
  Hand(Draws& draws, double size, double wobble) {
    const auto around = [&](double centre, double reach) { return centre + wobble * draws.uniform(-reach, reach); };
    const double width = size * around(0.62, 0.14);
    const double height = size * around(0.76, 0.10);
    const double slant = around(0.08, 0.28);
    const double turn = around(0, 0.20);
    const double c = std::cos(turn);
    const double s = std::sin(turn);
    xx = c * width;
    xy = -c * slant * height - s * height;
    yx = s * width;
    yy = -s * slant * height + c * height;
    x0 = size * around(0.5, 0.07);
    y0 = size * around(0.5, 0.07);
    thickness = size * around(0.095, 0.040);
    ink = around(0.88, 0.12);
  }

  Knot operator()(Knot p) const {
    const double x = p.x - 0.5;
    const double y = p.y - 0.5;
    return {x0 + xx * x + xy * y, y0 + yx * x + yy * y};
  }

  double xx, xy, yx, yy, x0, y0;
  double thickness, ink;
};

Knot between(Knot a, Knot b, double t) { return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)}; }

/// The point at t in [0, 1] of the curve from b to c, with a before and d after. source  Catmull and Rom 1974
Knot curve(Knot a, Knot b, Knot c, Knot d, double t) {
  const auto at = [t](double p, double q, double r, double s) {
    return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
  };
  return {at(a.x, b.x, c.x, d.x), at(a.y, b.y, c.y, d.y)};
}

/// A grey image that strokes are drawn on: a pixel takes the darkest ink that reaches it.
class Canvas {
 public:
  Canvas(std::span<float> pixels, Index size) : pixels_(pixels), size_(size) {}

  void stroke(const Stroke& points, double thickness, double ink) {
    constexpr int pieces = 6;
    const auto point = [&](std::size_t i) { return points[std::min(i, points.size() - 1)]; };
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      const Knot before = i == 0 ? points[0] : points[i - 1];
      Knot from = points[i];
      for (int piece = 1; piece <= pieces; ++piece) {
        const Knot to = curve(before, points[i], points[i + 1], point(i + 2), static_cast<double>(piece) / pieces);
        segment(from, to, thickness, ink);
        from = to;
      }
    }
  }

 private:
  /// A line with round ends whose edge fades over one pixel.
  void segment(Knot from, Knot to, double thickness, double ink) {
    const double reach = thickness / 2 + 0.5;
    const auto low = [&](double a, double b) { return std::max<Index>(0, static_cast<Index>(std::floor(std::min(a, b) - reach))); };
    const auto high = [&](double a, double b) { return std::min<Index>(size_ - 1, static_cast<Index>(std::ceil(std::max(a, b) + reach))); };
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    const double length = dx * dx + dy * dy;
    for (Index row = low(from.y, to.y); row <= high(from.y, to.y); ++row)
      for (Index column = low(from.x, to.x); column <= high(from.x, to.x); ++column) {
        const Knot centre{static_cast<double>(column) + 0.5, static_cast<double>(row) + 0.5};
        const double along = length == 0 ? 0 : std::clamp(((centre.x - from.x) * dx + (centre.y - from.y) * dy) / length, 0.0, 1.0);
        const Knot nearest = between(from, to, along);
        const double cover = std::clamp(reach - std::hypot(centre.x - nearest.x, centre.y - nearest.y), 0.0, 1.0);
        float& pixel = pixels_[static_cast<std::size_t>(row * size_ + column)];
        pixel = std::max(pixel, static_cast<float>(ink * cover));
      }
  }

  std::span<float> pixels_;
  Index size_;
};

/// Draws digit number `row % 10` on `pixels`, which are 0.
void draw(std::span<float> pixels, Index row, const GlyphOptions& o) {
  Draws draws(o.seed, kGlyphs, row);
  const auto& ways = alphabet()[static_cast<std::size_t>(row % 10)];
  const auto way = static_cast<std::size_t>(draws.uniform() * (o.wobble > 0 ? static_cast<double>(ways.size()) : 1));
  const Hand hand(draws, static_cast<double>(o.size), o.wobble);
  Canvas canvas(pixels, o.size);
  for (Stroke stroke : ways[way]) {
    Knot last{-1, -1};
    Knot moved{};
    for (Knot& point : stroke) {
      const bool corner = point.x == last.x && point.y == last.y;  // its two points stay together
      last = point;
      if (!corner) moved = {point.x + o.wobble * 0.028 * draws.normal(), point.y + o.wobble * 0.028 * draws.normal()};
      point = hand(moved);
    }
    canvas.stroke(stroke, hand.thickness, hand.ink);
  }

  std::vector<float> noise(pixels.size());
  draws.normal(noise);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::clamp(pixels[i] + static_cast<float>(o.noise) * noise[i], 0.0F, 1.0F);
}

void check(const GlyphOptions& o) {
  if (o.rows < 0) throw ValueError("glyphs: rows is " + std::to_string(o.rows) + "; it must be 0 or more");
  if (o.size < 8 || o.size > 64) throw ValueError("glyphs: size is " + std::to_string(o.size) + "; it must lie in [8, 64]");
  if (!(o.noise >= 0 && o.noise <= 1)) throw ValueError("glyphs: noise is " + std::to_string(o.noise) + "; it must lie in [0, 1]");
  if (!(o.wobble >= 0 && o.wobble <= 2)) throw ValueError("glyphs: wobble is " + std::to_string(o.wobble) + "; it must lie in [0, 2]");
}

}  // namespace

Dataset glyphs(const GlyphOptions& options) {
  check(options);
  const Index area = options.size * options.size;
  const Shape shape{options.rows, area};
  std::vector<float> pixels(static_cast<std::size_t>(shape.numel()));
  std::vector<std::int64_t> digits;
  for (Index row = 0; row < options.rows; ++row) digits.push_back(row % 10);
  kernels::parallel_for(0, options.rows, 64, [&](Index low, Index high) {
    for (Index row = low; row < high; ++row)
      draw(std::span(pixels).subspan(static_cast<std::size_t>(row * area), static_cast<std::size_t>(area)), row, options);
  });
  return {from_span<float>(pixels, shape), from_vector(digits), {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}};
}

}  // namespace descent::inline v1::data
