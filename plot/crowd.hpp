#pragma once

#include <vector>

#include <descent/plot/figure.hpp>

namespace descent::inline v1::plot {

/// A rectangle on a page, y downwards.
struct Box {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;

  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

/// How full each part of a page is, so that labels find room: a coarse raster of weights.
class Crowd {
 public:
  Crowd(double width, double height);

  void add(const Box& box, double weight);
  void add(Point from, Point to, double weight);  ///< a line

  /// The heaviest weight in a box; infinite where it leaves the page.
  double heaviest(const Box& box) const;
  /// The sum of weights in a box; infinite where it leaves the page.
  double sum(const Box& box) const;

 private:
  struct Cells {
    int left, top, right, bottom;  // inclusive
  };
  Cells covered(const Box& box) const;
  bool inside(const Box& box) const;
  double& at(int column, int row) {
    return weights_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column)];
  }
  double at(int column, int row) const { return const_cast<Crowd*>(this)->at(column, row); }

  double width_;
  double height_;
  int columns_;
  int rows_;
  std::vector<double> weights_;
};

}  // namespace descent::inline v1::plot
