// Marching squares on a grid with a border of "outside" around it, so that every line closes: no open ends, no cases at the edge.
#include <descent/plot/contour.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/plot/track.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr double kOutside = std::numeric_limits<double>::infinity();
constexpr double kDecades = 3.6;

/// The sides of a cell, and for each set of corners inside (1 bottom left, 2 bottom right, 4 top right, 8 top left) the lines through
/// it, from side to side with the inside on the left.
enum Side : int { bottom, right, top, left };
struct Crossing {
  Side from;
  Side to;
};
struct Crossings {
  int count = 0;
  std::array<Crossing, 2> lines = {};
};
constexpr std::array<Crossings, 16> kCrossings = {{
    {},
    {1, {{{bottom, left}}}},
    {1, {{{right, bottom}}}},
    {1, {{{right, left}}}},
    {1, {{{top, right}}}},
    {2, {{{bottom, left}, {top, right}}}},
    {1, {{{top, bottom}}}},
    {1, {{{top, left}}}},
    {1, {{{left, top}}}},
    {1, {{{bottom, top}}}},
    {2, {{{right, bottom}, {left, top}}}},
    {1, {{{right, top}}}},
    {1, {{{left, right}}}},
    {1, {{{bottom, right}}}},
    {1, {{{left, bottom}}}},
    {},
}};
/// Two opposite corners inside whose regions meet in the middle.
constexpr Crossings kJoined5 = {2, {{{bottom, right}, {top, left}}}};
constexpr Crossings kJoined10 = {2, {{{left, bottom}, {right, top}}}};

class Marcher {
 public:
  Marcher(const Grid& grid, double level) : grid_(grid), level_(level) {
    for (int row = -1; row < grid.rows; ++row)
      for (int column = -1; column < grid.columns; ++column) cross(column, row);
  }

  std::vector<std::vector<Point>> rings() {
    std::vector<std::vector<Point>> rings;
    for (const long long start : order_) {
      std::vector<Point> ring;
      long long side = start;
      for (auto found = next_.find(side); found != next_.end(); found = next_.find(side)) {
        ring.push_back(point_on(side));
        side = found->second;
        next_.erase(found);
      }
      if (ring.size() > 2) rings.push_back(std::move(ring));
    }
    return rings;
  }

 private:
  double value(int column, int row) const {
    if (column < 0 || row < 0 || column >= grid_.columns || row >= grid_.rows) return kOutside;
    const double v =
        grid_.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid_.columns) + static_cast<std::size_t>(column)];
    return drawable(v) ? v : kOutside;
  }
  bool inside(int column, int row) const { return value(column, row) <= level_; }

  /// One number a side of the padded grid: its lower left node, and whether it runs upwards.
  long long side_id(int column, int row, Side side) const {
    if (side == top) ++row;
    if (side == right) ++column;
    const long long node = static_cast<long long>(row + 1) * (grid_.columns + 2) + (column + 1);
    return 2 * node + (side == left || side == right ? 1 : 0);
  }

  Point point_on(long long side) const {
    const long long node = side / 2;
    const int column = static_cast<int>(node % (grid_.columns + 2)) - 1;
    const int row = static_cast<int>(node / (grid_.columns + 2)) - 1;
    const bool upwards = side % 2 == 1;
    const double a = value(column, row);
    const double b = upwards ? value(column, row + 1) : value(column + 1, row);
    const double t = a == kOutside ? 1 : b == kOutside ? 0 : (level_ - a) / (b - a);
    return {place(grid_.x, grid_.columns, column + (upwards ? 0 : t)), place(grid_.y, grid_.rows, row + (upwards ? t : 0))};
  }

  static double place(Range range, int count, double at) { return range.low + (range.high - range.low) * at / (count - 1); }

  void cross(int column, int row) {
    const unsigned corners = (inside(column, row) ? 1U : 0U) | (inside(column + 1, row) ? 2U : 0U) |
                             (inside(column + 1, row + 1) ? 4U : 0U) | (inside(column, row + 1) ? 8U : 0U);
    Crossings crossings = kCrossings[corners];
    if (corners == 5 || corners == 10) {
      const double middle = (value(column, row) + value(column + 1, row) + value(column + 1, row + 1) + value(column, row + 1)) / 4;
      if (middle <= level_) crossings = corners == 5 ? kJoined5 : kJoined10;
    }
    for (int i = 0; i < crossings.count; ++i) {
      const Crossing line = crossings.lines[static_cast<std::size_t>(i)];
      const long long from = side_id(column, row, line.from);
      next_[from] = side_id(column, row, line.to);
      order_.push_back(from);
    }
  }

  const Grid& grid_;
  double level_;
  std::unordered_map<long long, long long> next_;  // each crossed side lies in two cells: one line comes, one goes
  std::vector<long long> order_;                   // so that the result does not depend on the map's order
};

void check_count(const char* what, int count) {
  if (count < 2) throw ValueError(fmt::format("sampled: {} {}; it needs at least 2", count, what));
}

double between(Range range, int i, int count) {
  return i == count - 1 ? range.high : range.low + (range.high - range.low) * i / (count - 1);
}

}  // namespace

std::vector<double> levels(const Grid& grid, Spacing spacing, int count) {
  double low = kOutside;
  double high = -kOutside;
  for (const double v : grid.values) {
    if (!drawable(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  std::vector<double> levels;
  if (!(low < high)) return levels;
  for (int i = 1; i <= count; ++i) {
    const double part = static_cast<double>(i) / (count + 1);
    levels.push_back(low + (high - low) * (spacing == Spacing::linear ? part : std::pow(10.0, kDecades * (part - 1))));
  }
  return levels;
}

std::vector<std::vector<Point>> rings(const Grid& grid, double level) { return Marcher(grid, level).rings(); }

Grid sampled(Range x, Range y, int columns, int rows, const std::function<double(double, double)>& f) {
  check_count("columns", columns);
  check_count("rows", rows);
  Grid grid = {.x = x, .y = y, .columns = columns, .rows = rows};
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) grid.values.push_back(f(between(x, column, columns), between(y, row, rows)));
  return grid;
}

std::vector<Point> sampled(Range x, int count, const std::function<double(double)>& f) {
  check_count("points", count);
  std::vector<Point> points;
  for (int i = 0; i < count; ++i) points.push_back({between(x, i, count), f(between(x, i, count))});
  return points;
}

}  // namespace descent::inline v1::plot
