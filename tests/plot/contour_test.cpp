#include <descent/plot/contour.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/base/error.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::plot;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Signed area: positive when the ring runs against the clock.
double area(const std::vector<Point>& ring) {
  double twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point a = ring[i];
    const Point b = ring[(i + 1) % ring.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return twice / 2;
}

double total_area(const Grid& grid, double level) {
  double sum = 0;
  for (const auto& ring : rings(grid, level)) sum += area(ring);
  return sum;
}

double bowl(double x, double y) { return x * x + y * y; }

}  // namespace

TEST_CASE("contour: a circle comes out round, closed and with its inside on the left") {
  const Grid grid = sampled({-2, 2}, {-2, 2}, 81, 81, bowl);
  const auto all = rings(grid, 1);
  REQUIRE(all.size() == 1);
  for (const Point p : all[0]) CHECK(std::hypot(p.x, p.y) == Approx(1).margin(0.05 * 0.05));  // the square of the grid's step
  CHECK(area(all[0]) == Approx(M_PI).epsilon(1e-2));
}

TEST_CASE("contour: a region that reaches the edge closes along it") {
  const Grid half = sampled({0, 4}, {0, 2}, 9, 5, [](double x, double) { return x; });
  CHECK(rings(half, 1.25).size() == 1);
  CHECK(total_area(half, 1.25) == Approx(1.25 * 2));
  CHECK(total_area(half, 100) == Approx(8));  // everything
  CHECK(rings(half, -1).empty());             // nothing
}

TEST_CASE("contour: the outside of a circle is a ring with a hole") {
  const Grid grid = sampled({-2, 2}, {-2, 2}, 81, 81, [](double x, double y) { return -bowl(x, y); });
  CHECK(rings(grid, -1).size() == 2);
  CHECK(total_area(grid, -1) == Approx(16 - M_PI).epsilon(1e-2));
}

TEST_CASE("contour: saddles join or part by their middle") {
  Grid saddle = {.columns = 2, .rows = 2, .values = {0, 1, 1, 0}};
  CHECK(rings(saddle, 0.6).size() == 1);  // the mean, 0.5, is inside
  CHECK(rings(saddle, 0.4).size() == 2);
  saddle.values = {1, 0, 0, 1};
  CHECK(rings(saddle, 0.6).size() == 1);
  CHECK(rings(saddle, 0.4).size() == 2);
}

TEST_CASE("contour: an unknown value is outside") {
  Grid grid = {.x = {0, 2}, .y = {0, 2}, .columns = 3, .rows = 3, .values = std::vector<double>(9, 0.0)};
  grid.values[4] = kNan;
  CHECK(total_area(grid, 1) == Approx(2));  // half of each of the four cells around it
  for (const auto& ring : rings(grid, 1))
    for (const Point p : ring) CHECK((std::isfinite(p.x) && std::isfinite(p.y)));
}

TEST_CASE("contour: levels lie between the extremes, ascending") {
  const Grid grid = sampled({-1, 1}, {-1, 1}, 21, 21, bowl);
  CHECK(levels(grid, Spacing::linear, 3) == std::vector<double>{0.5, 1.0, 1.5});
  const auto narrow = levels(grid, Spacing::log, 6);
  REQUIRE(narrow.size() == 6);
  CHECK(narrow.front() > 0);
  CHECK(narrow.back() < 2);
  CHECK(narrow[1] / narrow[0] == Approx(narrow[5] / narrow[4]));
  CHECK(levels({.columns = 2, .rows = 1, .values = {3, 3}}, Spacing::linear).empty());
  CHECK(levels({.columns = 2, .rows = 1, .values = {kNan, 3}}, Spacing::linear).empty());
}

TEST_CASE("contour: sampling includes the ends and needs two points") {
  const auto points = sampled({-1, 2}, 4, [](double x) { return 2 * x; });
  CHECK(points.front().x == -1);
  CHECK(points.back().x == 2);
  CHECK(points.back().y == 4);
  CHECK_THROWS_WITH(sampled({0, 1}, 1, [](double x) { return x; }), "sampled: 1 points; it needs at least 2");
  CHECK_THROWS_WITH(sampled({0, 1}, {0, 1}, 3, 0, bowl), "sampled: 0 rows; it needs at least 2");
}
