#include <descent/plot/crowd.hpp>

#include <cmath>

#include <descent/tests/catch.hpp>

using namespace descent::plot;

TEST_CASE("crowd: boxes and lines weigh where they lie, and nowhere else") {
  Crowd crowd(100, 60);
  crowd.add(Box{10, 10, 20, 10}, 5);
  CHECK(crowd.heaviest({15, 12, 4, 4}) == 5);
  CHECK(crowd.heaviest({50, 12, 4, 4}) == 0);
  crowd.add({0, 50}, {99, 50}, 1);
  CHECK(crowd.heaviest({40, 45, 10, 10}) == 1);
  CHECK(crowd.sum({40, 30, 10, 10}) == 0);
}

TEST_CASE("crowd: the lighter weight does not hide the heavier") {
  Crowd crowd(20, 20);
  crowd.add(Box{5, 5, 5, 5}, 50);
  crowd.add({0, 7}, {19, 7}, 1);
  CHECK(crowd.heaviest({5, 5, 5, 5}) == 50);
}

TEST_CASE("crowd: a box that leaves the page has no room") {
  const Crowd crowd(20, 20);
  CHECK(std::isinf(crowd.sum({15, 5, 10, 5})));
  CHECK(std::isinf(crowd.heaviest({-1, 5, 5, 5})));
  CHECK(crowd.sum({0, 0, 20, 20}) == 0);
}
