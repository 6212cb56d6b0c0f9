#include <descent/plot/crowd.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace descent::inline v1::plot {
namespace {

constexpr double kCell = 2;  // pixels: a fifth of a digit's height

int cell_of(double place, int count) { return static_cast<int>(std::clamp(std::floor(place / kCell), 0.0, count - 1.0)); }

}  // namespace

Crowd::Crowd(double width, double height)
    : width_(width),
      height_(height),
      columns_(static_cast<int>(std::ceil(width / kCell)) + 1),
      rows_(static_cast<int>(std::ceil(height / kCell)) + 1),
      weights_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

Crowd::Cells Crowd::covered(const Box& box) const {
  return {cell_of(box.left, columns_), cell_of(box.top, rows_), cell_of(box.right(), columns_), cell_of(box.bottom(), rows_)};
}

bool Crowd::inside(const Box& box) const { return box.left >= 0 && box.top >= 0 && box.right() <= width_ && box.bottom() <= height_; }

void Crowd::add(const Box& box, double weight) {
  const Cells cells = covered(box);
  for (int row = cells.top; row <= cells.bottom; ++row)
    for (int column = cells.left; column <= cells.right; ++column) at(column, row) = std::max(at(column, row), weight);
}

void Crowd::add(Point from, Point to, double weight) {
  const int steps = static_cast<int>(std::min(1e5, std::ceil(std::hypot(to.x - from.x, to.y - from.y) / kCell))) + 1;
  for (int i = 0; i <= steps; ++i) {
    const double t = static_cast<double>(i) / steps;
    add(Box{from.x + t * (to.x - from.x), from.y + t * (to.y - from.y), 0, 0}, weight);
  }
}

double Crowd::heaviest(const Box& box) const {
  if (!inside(box)) return std::numeric_limits<double>::infinity();
  const Cells cells = covered(box);
  double most = 0;
  for (int row = cells.top; row <= cells.bottom; ++row)
    for (int column = cells.left; column <= cells.right; ++column) most = std::max(most, at(column, row));
  return most;
}

double Crowd::sum(const Box& box) const {
  if (!inside(box)) return std::numeric_limits<double>::infinity();
  const Cells cells = covered(box);
  double sum = 0;
  for (int row = cells.top; row <= cells.bottom; ++row)
    for (int column = cells.left; column <= cells.right; ++column) sum += at(column, row);
  return sum;
}

}  // namespace descent::inline v1::plot
